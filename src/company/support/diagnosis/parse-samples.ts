/**
 * Call samples in free text: "source/caller number, destination/called number, and date/time of call", in English,
 * French or Spanish, with numbers and dates as people write them.
 */

export type ParsedSample = {
  /** Digits as they were written, with a leading plus where there was one; '' when it was not said. */
  readonly from: string
  readonly to: string
  /** Local date and time `YYYY-MM-DD HH:MM[:SS]`; undefined when it was not said. */
  readonly at: string | undefined
  /** Offset or zone that was written with it, such as `-04:00` or `Z`. */
  readonly offset: string | undefined
  /** Which of `from`, `to` and `at` are not there. */
  readonly missing: readonly ('from' | 'to' | 'at')[]
}

const SAMPLES_MAX = 20
const TEXT_MAX = 50_000
/** Longer lines are no samples. */
const LINE_MAX = 500
const BLOCK_LINES_MAX = 12

/** The samples of a text in the order in which they stand there. `today` (`YYYY-MM-DD`) is what "today" means. */
export function parseSamples(text: string, today: string): ParsedSample[] {
  const plain = text
    .slice(0, TEXT_MAX)
    .replaceAll(/[\u00a0\u202f\u2007]/g, ' ')
    .replaceAll(/[‐‑‒–—]/g, '-')
  const samples: ParsedSample[] = []
  for (const block of blocksOf(plain, today)) {
    const found = sampleOf(block, today)
    samples.push(...found)
    if (samples.length >= SAMPLES_MAX) break
  }
  return samples.slice(0, SAMPLES_MAX)
}

/** A sample stands on one line, or on lines that follow each other: an empty line or a new caller begins another. */
function blocksOf(text: string, today: string): string[] {
  const blocks: string[] = []
  let current: string[] = []
  let seen = { from: false, to: false }
  const close = (): void => {
    if (current.length > 0) blocks.push(current.join('\n'))
    current = []
    seen = { from: false, to: false }
  }
  for (const whole of text.split(/\r?\n/)) {
    const line = whole.slice(0, LINE_MAX)
    if (line.trim() === '') {
      close()
      continue
    }
    const numbers = numbersOf(withoutTime(line, timeOf(line, today))).length
    const startsFrom = fromWord.test(line)
    if (current.length >= BLOCK_LINES_MAX || (startsFrom && seen.from) || (numbers >= 2 && (seen.from || seen.to)))
      close()
    seen = { from: seen.from || startsFrom || numbers >= 2, to: seen.to || toWord.test(line) || numbers >= 2 }
    current.push(line)
  }
  close()
  return blocks
}

const fromWords = [
  'from',
  'caller',
  'source',
  'calling',
  'originating',
  'cli',
  'a-number',
  'de la part de',
  'depuis',
  'appelant',
  'origine',
  'provenance',
  'desde',
  'origen',
  'llamante',
  'de',
]
const toWords = [
  'to',
  'called',
  'callee',
  'destination',
  'dest',
  'dialed',
  'dialled',
  'b-number',
  'vers',
  'appelé',
  'appele',
  'numéro appelé',
  'destino',
  'hacia',
  'llamado',
  'marcado',
  'a',
  'à',
  'al',
  'au',
]
const anyOf = (words: readonly string[]): string => words.map((word) => word.replaceAll('-', '[- ]?')).join('|')
const fromWord = new RegExp(String.raw`(?<![\p{L}\d])(?:${anyOf(fromWords.slice(0, -1))})(?![\p{L}\d])`, 'iu')
const toWord = new RegExp(String.raw`(?<![\p{L}\d])(?:${anyOf(toWords.slice(0, -4))})(?![\p{L}\d])`, 'iu')
const arrow = /(?:->|=>|→|>>|-->)\s*$/u

function sampleOf(block: string, today: string): ParsedSample[] {
  const time = timeOf(block, today)
  const rest = withoutTime(block, time)
  const numbers = numbersOf(rest)
  const hasWords = fromWord.test(block) || toWord.test(block)
  if (numbers.length === 0 || (numbers.length === 1 && !time && !hasWords)) return []
  if (numbers.length === 1 && !hasWords && !time) return []
  const { from, to } = assign(rest, numbers)
  const missing = (['from', 'to', 'at'] as const).filter((part) =>
    part === 'at' ? time === undefined : (part === 'from' ? from : to) === '',
  )
  return [{ from, to, at: time?.value, offset: time?.offset, missing }]
}

/** Digits of the date are no telephone number. */
function withoutTime(text: string, time: Dated | undefined): string {
  return time ? text.slice(0, time.at) + ' '.repeat(time.end - time.at) + text.slice(time.end) : text
}

type Found = { readonly value: string; readonly at: number; readonly end: number }

const numberPattern = /(?<![\w.])(?:\+|00)?\(?\d[\d\s().\-/]{1,22}\d(?![\w])|(?<![\w.:])\+?\d{2,15}(?![\w:])/g

/** Telephone numbers and extensions as people write them. */
function numbersOf(text: string): Found[] {
  return [...text.matchAll(numberPattern)].flatMap((match) => {
    const written = match[0]
    const digits = written.replaceAll(/\D/g, '')
    const isDate = /^\d{4}-\d{2}-\d{2}$|^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}$/.test(written.trim())
    const isLong = digits.length >= 7 && digits.length <= 15
    const isExtension = digits.length >= 2 && digits.length <= 6 && isAfterCue(text.slice(0, match.index))
    if (isDate || (!isLong && !isExtension)) return []
    const value = (written.trim().startsWith('+') ? '+' : '') + digits
    return [{ value, at: match.index, end: match.index + written.length }]
  })
}

const cueWords = String.raw`ext(?:ension)?|poste|x|interno|extensi[oó]n|${anyOf([...fromWords, ...toWords])}`
const filler = String.raw`number|numéro|número|no\.?|n°|#|:|=|is|est|es|\(`
const cue = new RegExp(String.raw`(?:(?<![\p{L}\d])(?:${cueWords})\.?\s*(?:${filler})*\s*:?\s*\(?|->|=>|→)\s*$`, 'iu')

function isAfterCue(before: string): boolean {
  return cue.test(before.slice(-40))
}

function assign(text: string, numbers: readonly Found[]): { from: string; to: string } {
  let from = ''
  let to = ''
  const rest: Found[] = []
  let last = 0
  for (const number of numbers) {
    const before = text.slice(last, number.at)
    last = number.end
    const isTo = arrow.test(before) || lastCue(before) === 'to'
    const isFrom = !isTo && lastCue(before) === 'from'
    if (isTo && to === '') to = number.value
    else if (isFrom && from === '') from = number.value
    else rest.push(number)
  }
  for (const { value } of rest) {
    if (from === '') from = value
    else if (to === '' && value !== from) to = value
  }
  return { from, to }
}

/** The cue nearest to a number, within the words before it. */
function lastCue(before: string): 'from' | 'to' | undefined {
  const near = before.slice(-60)
  const at = (words: readonly string[]): number =>
    [...near.matchAll(new RegExp(String.raw`(?<![\p{L}\d])(?:${anyOf(words)})(?![\p{L}\d])`, 'giu'))].at(-1)?.index ??
    -1
  const fromAt = at(fromWords)
  const toAt = at(toWords)
  if (fromAt < 0 && toAt < 0) return undefined
  return toAt > fromAt ? 'to' : 'from'
}

const months: Readonly<Record<string, number>> = {
  jan: 1,
  ene: 1,
  feb: 2,
  fév: 2,
  fev: 2,
  mar: 3,
  apr: 4,
  avr: 4,
  abr: 4,
  may: 5,
  mai: 5,
  jun: 6,
  juin: 6,
  jul: 7,
  juil: 7,
  aug: 8,
  aoû: 8,
  aou: 8,
  ago: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
  déc: 12,
  dic: 12,
}
const monthName = String.raw`(${Object.keys(months)
  .toSorted((a, b) => b.length - a.length)
  .join('|')})\p{L}*\.?`
const clockTime = String.raw`(\d{1,2})\s*(?::|h|\.(?=\d\d))\s*(\d{2})?(?::(\d{2}))?\s*(a\.?m\.?|p\.?m\.?)?`
const bareHour = String.raw`(\d{1,2})\s*(a\.?m\.?|p\.?m\.?)`
const joint = String.raw`(?:\s*[,T]?\s*(?:at|à|a las|a la|alle|@|-|um)?\s*)`
const zone = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`

type Dated = { readonly value: string; readonly offset: string | undefined; readonly at: number; readonly end: number }

/** The first date with a time in a text; a time alone is not enough. */
function timeOf(text: string, today: string): Dated | undefined {
  const dates: readonly [RegExp, (match: RegExpExecArray) => string | undefined][] = [
    [/(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/u, (m) => dateText(m[1]!, m[2]!, m[3]!)],
    [
      new RegExp(
        String.raw`(\d{1,2})(?:st|nd|rd|th|er|º)?\s+(?:de\s+)?${monthName}(?:,?\s+(?:de\s+|del\s+)?(\d{4}))?`,
        'iu',
      ),
      (m) => dateText(m[3] ?? yearOf(today, months[m[2]!.toLowerCase()]!), String(months[m[2]!.toLowerCase()]), m[1]!),
    ],
    [
      new RegExp(String.raw`${monthName}\s+(\d{1,2})(?:st|nd|rd|th)?(?!\d|:)(?:,?\s+(\d{4}))?`, 'iu'),
      (m) => dateText(m[3] ?? yearOf(today, months[m[1]!.toLowerCase()]!), String(months[m[1]!.toLowerCase()]), m[2]!),
    ],
    [/(\d{1,2})[/.](\d{1,2})[/.](\d{4})/u, (m) => slashed(m[1]!, m[2]!, m[3]!)],
    [/(?<!\p{L})(today|aujourd'hui|hoy)(?!\p{L})/iu, () => today],
    [/(?<!\p{L})(yesterday|hier|ayer)(?!\p{L})/iu, () => dayBefore(today)],
  ]
  for (const [pattern, read] of dates) {
    const match = pattern.exec(text)
    const date = match && read(match)
    if (!match || !date) continue
    const after = text.slice(match.index + match[0].length)
    const timed = clockAfter(after)
    if (timed)
      return {
        value: `${date} ${timed.time}`,
        offset: timed.offset,
        at: match.index,
        end: match.index + match[0].length + timed.end,
      }
    const before = clockBefore(text.slice(0, match.index))
    if (before)
      return {
        value: `${date} ${before.time}`,
        offset: before.offset,
        at: before.at,
        end: match.index + match[0].length,
      }
  }
  return undefined
}

function clockAfter(text: string): { time: string; offset: string | undefined; end: number } | undefined {
  const exact = new RegExp(`^${joint}${clockTime}${zone}`, 'iu').exec(text)
  if (exact) {
    const time = timeText(exact[1]!, exact[2] ?? '00', exact[3], exact[4])
    if (time) return { time, offset: exact[5], end: exact[0].length }
  }
  const hour = new RegExp(`^${joint}${bareHour}${zone}`, 'iu').exec(text)
  const time = hour && timeText(hour[1]!, '00', undefined, hour[2])
  return time ? { time, offset: hour[3], end: hour[0].length } : undefined
}

function clockBefore(text: string): { time: string; offset: string | undefined; at: number } | undefined {
  const match = new RegExp(
    String.raw`(?<![\d.])${clockTime}${zone}\s*(?:,|on|le|el|du|del|-)?\s*(?:\p{L}{3,10},?\s*)?$`,
    'iu',
  ).exec(text)
  const time = match && timeText(match[1]!, match[2] ?? '00', match[3], match[4])
  return time ? { time, offset: match[5], at: match.index } : undefined
}

function timeText(
  hours: string,
  minutes: string,
  seconds: string | undefined,
  half: string | undefined,
): string | undefined {
  const isAfternoon = half?.toLowerCase().startsWith('p')
  let hour = Number(hours)
  if (half !== undefined && (hour < 1 || hour > 12)) return undefined
  if (half !== undefined) hour = (hour % 12) + (isAfternoon ? 12 : 0)
  if (hour > 23 || Number(minutes) > 59) return undefined
  const two = (value: number | string): string => String(value).padStart(2, '0')
  return `${two(hour)}:${two(minutes)}${seconds === undefined ? '' : `:${seconds}`}`
}

function dateText(year: string, month: string, day: string): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString()
  } catch {
    return undefined
  }
}

/** 31/10 is a day and a month, 10/31 the other way round; where both could be, North America writes the month first. */
function slashed(one: string, other: string, year: string): string | undefined {
  return Number(one) > 12 ? dateText(year, other, one) : dateText(year, one, other)
}

/** A date without its year is the last one that has been. */
function yearOf(today: string, month: number): string {
  const { year, month: now } = Temporal.PlainDate.from(today)
  return String(month > now ? year - 1 : year)
}

function dayBefore(today: string): string {
  return Temporal.PlainDate.from(today).subtract({ days: 1 }).toString()
}
