/** What a call costs by the exported file of a deck: written anew for tests, shares nothing with the rating module. */

type Line = Readonly<Record<string, string>>

/** Lines of a downloaded file whose cells hold no line breaks; a cell may be quoted. */
export function linesOf(csv: string): readonly (readonly string[])[] {
  const lines = csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(Boolean)
  return lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) =>
      (cell[1] ?? cell[2] ?? '').replaceAll('""', '"'),
    ),
  )
}

/** A decimal text in billionths. */
export function billionths(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}

/** The charge in micros of so many seconds to a number, rounded half up once. */
export function chargeByDeck(csv: string, to: string, seconds: number): bigint {
  const [header = [], ...rows] = linesOf(csv)
  const lines = rows.map((row): Line => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ''])))
  const digits = to.replace('+', '')
  const line = lines
    .filter((it) => it['direction'] !== 'inbound' && digits.startsWith(it['prefix']!))
    .toSorted((a, b) => b['prefix']!.length - a['prefix']!.length)[0]
  if (!line) throw new Error(`no line for ${to}`)
  if (seconds <= Number(line['grace_seconds'])) return 0n
  const first = Number(line['first_seconds'])
  const next = Number(line['next_seconds'])
  const further = seconds > first ? Math.ceil((seconds - first) / next) * next : 0
  const perMinute = billionths(line['first_price']!) * BigInt(first) + billionths(line['next_price']!) * BigInt(further)
  // Sixtieths of billionths; a micro is 60,000 of them.
  const sixtieths = billionths(line['connect']!) * 60n + perMinute
  const rounded = (2n * sixtieths + 60_000n) / 120_000n
  const minimum = billionths(line['minimum']!) / 1000n
  return rounded < minimum ? minimum : rounded
}
