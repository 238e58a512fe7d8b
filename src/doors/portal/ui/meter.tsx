/** How much of something is used, as a bar and in words. */

type MeterProps = {
  readonly label: string
  readonly percent: number
  readonly text: string
}

/** The bar. */
export function Meter({ label, percent, text }: MeterProps) {
  return (
    <span className="flex items-center gap-2">
      <progress
        value={Math.min(100, Math.max(0, percent))}
        max={100}
        aria-label={label}
        className="bar h-1.5 w-24 overflow-hidden rounded-full"
      />
      {text}
    </span>
  )
}
