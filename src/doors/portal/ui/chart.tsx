/**
 * A figure over time or over kinds, as bars or as a line: drawn as SVG by the server too, with the same figures as a
 * table for those who do not see it, or want to copy them. Colours come from the tokens; series also differ in shape.
 */

import { useId } from 'react'
import { uiTexts } from '../words/ui-texts.ts'

export type Series = {
  readonly name: string
  /** One for each label; null is unknown, and leaves a gap. */
  readonly values: readonly (number | null)[]
}

type ChartProps = {
  readonly label: string
  readonly kind: 'bars' | 'line'
  /** Along the horizontal axis. */
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly format?: (value: number) => string
  /** A line that must not be crossed, with its name. */
  readonly limit?: { readonly value: number; readonly name: string }
}

const WIDTH = 640
const HEIGHT = 180
const FOOT = 22
const LEFT = 52
const colours = ['text-accent-text', 'text-info', 'text-warn', 'text-ok'] as const
const dashes = [undefined, '6 3', '2 3', '8 3 2 3'] as const

/** The chart. */
export function Chart({ label, kind, labels, series, format = String, limit }: ChartProps) {
  const id = useId()
  const top = niceTop(Math.max(limit?.value ?? 0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))))
  const scale: Scale = {
    x: (at) => LEFT + ((at + 0.5) * (WIDTH - LEFT)) / Math.max(1, labels.length),
    y: (value) => (HEIGHT - FOOT) * (1 - value / top) + 6,
    step: (WIDTH - LEFT) / Math.max(1, labels.length),
  }
  const every = Math.ceil(labels.length / 8)
  return (
    <figure className="px-4 py-3">
      <figcaption id={id} className="mb-2 flex flex-wrap items-center gap-x-4 text-table text-muted">
        <span className="font-medium text-ink">{label}</span>
        {series.length > 1 && series.map(({ name }, at) => <Key key={name} name={name} at={at} />)}
      </figcaption>
      <svg
        role="img"
        aria-labelledby={id}
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 8}`}
        className="w-full max-w-2xl text-muted"
      >
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH} y1={scale.y(value)} y2={scale.y(value)} stroke="var(--border)" />
            <text x={LEFT - 6} y={scale.y(value) + 4} textAnchor="end" fontSize="11" fill="currentColor">
              {format(value)}
            </text>
          </g>
        ))}
        {series.map((one, at) => (
          <g key={one.name} className={colours[at % colours.length]}>
            {kind === 'bars' ? (
              <Bars series={one} scale={scale} at={at} of={series.length} />
            ) : (
              <path
                d={lineOf(one, scale)}
                fill="none"
                stroke="currentColor"
                strokeWidth="2"
                strokeDasharray={dashes[at]}
              />
            )}
          </g>
        ))}
        {limit && <Limit {...limit} scale={scale} />}
        {labels.map((text, at) =>
          at % every === 0 ? (
            <text key={text} x={scale.x(at)} y={HEIGHT + 4} textAnchor="middle" fontSize="11" fill="currentColor">
              {text}
            </text>
          ) : null,
        )}
      </svg>
      <Figures labels={labels} series={series} format={format} label={label} />
    </figure>
  )
}

/** The line that must not be crossed; its name stands below it where there is no room above. */
function Limit({ value, name, scale }: { readonly value: number; readonly name: string; readonly scale: Scale }) {
  const y = scale.y(value)
  return (
    <g className="text-danger">
      <line x1={LEFT} x2={WIDTH} y1={y} y2={y} stroke="currentColor" strokeDasharray="4 4" />
      <text x={WIDTH} y={y + (y < 16 ? 14 : -4)} textAnchor="end" fontSize="11" fill="currentColor">
        {name}
      </text>
    </g>
  )
}

type Scale = {
  readonly x: (at: number) => number
  readonly y: (value: number) => number
  /** Width of one label. */
  readonly step: number
}

function Bars(props: { readonly series: Series; readonly scale: Scale; readonly at: number; readonly of: number }) {
  const { series, scale, at, of } = props
  const width = Math.max(1, (scale.step * 0.7) / of)
  return series.values.map((value, index) =>
    value === null ? null : (
      <rect
        key={index}
        x={scale.x(index) - (width * of) / 2 + width * at}
        y={scale.y(value)}
        width={width}
        height={Math.max(0, scale.y(0) - scale.y(value))}
        rx="1.5"
        fill="currentColor"
      />
    ),
  )
}

function Key({ name, at }: { readonly name: string; readonly at: number }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden="true" width="20" height="8" className={colours[at % colours.length]}>
        <line x1="0" x2="20" y1="4" y2="4" stroke="currentColor" strokeWidth="3" strokeDasharray={dashes[at]} />
      </svg>
      {name}
    </span>
  )
}

/** A line through the known values, interrupted where one is unknown. */
function lineOf({ values }: Series, { x, y }: Scale): string {
  return values
    .map((value, at) => {
      if (value === null) return ''
      const isFirst = at === 0 || values[at - 1] === null
      return `${isFirst ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
}

/** The next of 1, 2, 5, 10, 20 … that is not below the greatest value. */
function niceTop(greatest: number): number {
  if (greatest <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(greatest))
  return power * ([1, 2, 5].find((step) => step * power >= greatest) ?? 10)
}

function Figures({
  label,
  labels,
  series,
  format,
}: Pick<ChartProps, 'label' | 'labels' | 'series'> & { readonly format: (value: number) => string }) {
  return (
    <details className="mt-1 text-table">
      <summary className="inline-flex min-h-6 items-center text-accent-text">{uiTexts.showAs}</summary>
      <table className="mt-1 w-full">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="text-left text-muted">
            <th scope="col" className="sr-only">
              {label}
            </th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className="px-2 text-right font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((text, at) => (
            <tr key={text} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-normal">
                {text}
              </th>
              {series.map(({ name, values }) => (
                <td key={name} className="px-2 text-right">
                  {values[at] === null || values[at] === undefined ? '–' : format(values[at])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
