/** The icons, drawn on a 16 px grid. Each stands beside a word, or is the only thing in a button that has a name. */

const paths = {
  add: 'M8 3.5v9M3.5 8h9',
  out: 'M5 11l6-6M6 5h5v5',
  in: 'M11 5l-6 6M10 11H5V6',
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  blocked: 'M3.8 3.8l8.4 8.4M8 2a6 6 0 100 12A6 6 0 008 2z',
  phone: 'M4.2 2.5l2 3-1.3 1.4a9 9 0 004.2 4.2l1.4-1.3 3 2c0 1.6-1 2.2-2.2 2.2C6.5 14 2 9.5 2 4.7c0-1.2.6-2.2 2.2-2.2z',
  user: 'M8 8a2.75 2.75 0 100-5.5A2.75 2.75 0 008 8zM2.75 13.5c.6-2.5 2.7-3.8 5.25-3.8s4.65 1.3 5.25 3.8',
  download: 'M8 2.5v7.5M4.8 7l3.2 3.2L11.2 7M3 13.5h10',
  calendar: 'M3 4.5h10v9H3zM3 7.5h10M5.5 2.5v3M10.5 2.5v3',
  arrow: 'M6 3.5L10.5 8 6 12.5',
  info: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 7.5V11M8 5v.01',
  search: 'M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM10.3 10.3l3.2 3.2',
  hangUp: 'M2 9.5c3.5-3.3 8.5-3.3 12 0l-1.7 1.8-2.3-1.1V8.4a7 7 0 00-4 0v1.8l-2.3 1.1z',
} as const

export type IconName = keyof typeof paths

/** One icon in the colour of the text around it; screen readers pass it by. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 16 16" fill="none" className="shrink-0">
      <path d={paths[name]} stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
