/** Counters, gauges and histograms in the Prometheus text format (version 0.0.4). */

export type Labels = Readonly<Record<string, string>>

export type Counter = { add(amount?: number, labels?: Labels): void; value(labels?: Labels): number }
export type Gauge = { set(value: number, labels?: Labels): void }
export type Histogram = { observe(value: number, labels?: Labels): void }

export type Metrics = {
  counter(name: string, help: string): Counter
  gauge(name: string, help: string, read?: () => number): Gauge
  /** `buckets` are upper bounds in ascending order, in the unit that ends the name. */
  histogram(name: string, help: string, buckets: readonly number[]): Histogram
  /** Every series as Prometheus text. */
  text(): string
}

/** More label sets than this on one metric are a bug of the caller; further ones are not stored. */
const SERIES_MAX = 1000

type Series = Map<string, number>

function labelText(labels: Labels | undefined, extra?: string): string {
  const parts = Object.entries(labels ?? {}).map(([key, value]) => `${key}="${escapeLabel(value)}"`)
  if (extra) parts.push(extra)
  return parts.length ? `{${parts.join(',')}}` : ''
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function bump(series: Series, key: string, amount: number): void {
  const before = series.get(key)
  if (before === undefined && series.size >= SERIES_MAX) return
  series.set(key, (before ?? 0) + amount)
}

/** A registry of its own; each process exposes one. */
export function createMetrics(): Metrics {
  const renderers: (() => string)[] = []
  const register = (name: string, help: string, type: string, lines: () => string[]): void => {
    renderers.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()].join('\n'))
  }
  return {
    counter(name, help) {
      const series: Series = new Map()
      register(name, help, 'counter', () => [...series].map(([key, value]) => `${name}${key} ${value}`))
      return {
        add: (amount = 1, labels) => bump(series, labelText(labels), amount),
        value: (labels) => series.get(labelText(labels)) ?? 0,
      }
    },
    gauge(name, help, read) {
      const series: Series = new Map()
      register(name, help, 'gauge', () => {
        if (read) series.set('', read())
        return [...series].map(([key, value]) => `${name}${key} ${value}`)
      })
      return { set: (value, labels) => void series.set(labelText(labels), value) }
    },
    histogram(name, help, buckets) {
      const rows = new Map<string, { labels: Labels | undefined; counts: number[]; sum: number; count: number }>()
      register(name, help, 'histogram', () =>
        [...rows.values()].flatMap((row) => [
          ...buckets.map((le, i) => `${name}_bucket${labelText(row.labels, `le="${le}"`)} ${row.counts[i]}`),
          `${name}_bucket${labelText(row.labels, 'le="+Inf"')} ${row.count}`,
          `${name}_sum${labelText(row.labels)} ${row.sum}`,
          `${name}_count${labelText(row.labels)} ${row.count}`,
        ]),
      )
      return {
        observe(value, labels) {
          const key = labelText(labels)
          let row = rows.get(key)
          if (!row) {
            if (rows.size >= SERIES_MAX) return
            row = { labels, counts: buckets.map(() => 0), sum: 0, count: 0 }
            rows.set(key, row)
          }
          row.sum += value
          row.count += 1
          for (let i = 0; i < buckets.length; i++) if (value <= buckets[i]!) row.counts[i]! += 1
        },
      }
    },
    text: () => `${renderers.map((render) => render()).join('\n')}\n`,
  }
}
