/** A bank's statement, whatever file it came in: its account, its balances and its lines. */

import { createHash } from 'node:crypto'
import { ok, type Micros, type Result } from '../../../../base/index.ts'
import { noLines, STATEMENT_LINES_MAX, tooLarge, wrongTotal, type StatementFailure } from './errors.ts'

export type StatementLine = {
  /** `YYYY-MM-DD`. */
  readonly bookedOn: string
  /** What came in is positive. */
  readonly amountMicros: Micros
  readonly currency: string
  /** Who paid, as the bank writes it. */
  readonly payer: string
  readonly payerAccount: string
  /** What the payer wrote. */
  readonly remittance: string
  /** The bank's own reference of this line; empty when it gives none. */
  readonly reference: string
}

export type Statement = {
  readonly account: string
  readonly currency: string
  readonly openingMicros: Micros | undefined
  readonly closingMicros: Micros | undefined
  readonly lines: readonly StatementLine[]
}

export type KeyedLine = StatementLine & {
  /** The same for the same line, in whichever file it comes again. */
  readonly key: string
}

/** "Opening + entries = closing, or reject the file." */
export function checkStatements(statements: readonly Statement[]): Result<readonly Statement[], StatementFailure> {
  const count = statements.reduce((sum, one) => sum + one.lines.length, 0)
  if (count === 0) return noLines
  if (count > STATEMENT_LINES_MAX) return tooLarge
  for (const { openingMicros, closingMicros, lines } of statements) {
    if (openingMicros === undefined || closingMicros === undefined) continue
    const counted = lines.reduce((sum, line) => sum + line.amountMicros, openingMicros)
    if (counted !== closingMicros) return wrongTotal('the closing balance', String(closingMicros), String(counted))
  }
  return ok(statements)
}

/** Text in which only letters and digits count: `Acme Ltd.` and `ACME LTD` are one payer. */
export function plainText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
}

/** Account and the bank's reference name a line; without one, its day, amount, words and its place among equals do. */
export function keyLines({ account, lines }: Statement): readonly KeyedLine[] {
  const equals = new Map<string, number>()
  return lines.map((line) => {
    const { bookedOn, amountMicros, reference, payer, remittance } = line
    const words = `${bookedOn} ${amountMicros} ${plainText(payer)} ${plainText(remittance)}`
    const named = reference === '' ? words : `${reference} ${amountMicros}`
    const ordinal = equals.get(named) ?? 0
    equals.set(named, ordinal + 1)
    const key = createHash('sha256').update(`${account}\n${named}\n${ordinal}`).digest('hex')
    return { ...line, key }
  })
}
