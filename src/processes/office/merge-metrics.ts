/** Joins the metrics of all processes into one page: one HELP and TYPE a family, a `process` label on each series. */

/** Prometheus text (version 0.0.4) of all processes; lines that are not of that format are left out. */
export function mergeMetrics(pages: readonly { readonly process: string; readonly text: string }[]): string {
  const families = new Map<string, { head: string[]; series: string[] }>()
  for (const { process, text } of pages) {
    let family = { head: [] as string[], series: [] as string[] }
    for (const line of text.split('\n')) {
      const comment = /^# (HELP|TYPE) (\S+)/.exec(line)
      if (comment) {
        family = families.get(comment[2]!) ?? { head: [], series: [] }
        families.set(comment[2]!, family)
        // The first process to name a family describes it.
        if (!family.head.some((known) => known.startsWith(comment[0]))) family.head.push(line)
        continue
      }
      const series = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
      if (!series) continue
      const labels = [`process="${process}"`, ...(series[2] ? [series[2]] : [])].join(',')
      family.series.push(`${series[1]}{${labels}} ${series[3]}`)
    }
  }
  const lines = [...families.values()].flatMap(({ head, series }) => [...head, ...series])
  return `${lines.join('\n')}\n`
}
