/**
 * Whose money came in: evidence for each customer of a seller, counted in points, the best first. "Amount alone never
 * posts": a line is posted without a person only when somebody is named for certain and the money fits.
 */

import type { Micros } from '../../../../base/index.ts'
import { plainText, type StatementLine } from './statement.ts'
import { similarity } from './similarity.ts'

/** An invoice that waits for money. */
export type OpenInvoice = {
  readonly id: string
  readonly number: string
  readonly openMicros: Micros
  /** `YYYY-MM-DD`. */
  readonly issuedOn: string
}

/** Somebody who may have paid; invoices the oldest first. */
export type Candidate = {
  readonly customerId: string
  readonly name: string
  readonly accountNumber: string
  readonly currency: string
  readonly balanceMicros: Micros
  readonly invoices: readonly OpenInvoice[]
  /** Payers that a person has said are this customer (`payerFingerprint`). */
  readonly knownPayers: ReadonlySet<string>
}

export type Evidence = { readonly reason: string; readonly points: number }

export type Proposal = {
  readonly customerId: string
  /** Named in the remittance, when one is. */
  readonly invoiceId: string | undefined
  readonly points: number
  readonly evidence: readonly Evidence[]
  /** All of the money finds its place on what is open. */
  readonly doesFit: boolean
}

const PROPOSALS_MAX = 5
const NAME_FROM = 0.6
const NAME_POINTS = 30
const INVOICES_MAX = 6
const FRESH_DAYS = 10
const FEE_TOLERANCE_MICROS = 2_500_000n
const AUTOMATIC_POINTS = 100
const AUTOMATIC_LEAD = 30

/** How a payer is recognised: his name and account as the bank writes them. */
export function payerFingerprint({ payer, payerAccount }: Pick<StatementLine, 'payer' | 'payerAccount'>): string {
  const account = payerAccount.replaceAll(/\W/g, '')
  return payer === '' && account === '' ? '' : `${plainText(payer)}|${account.slice(-6)}`
}

/** The tokens of what a payer wrote: `INV-2026 00042` holds `inv202600042` and its parts. */
function tokensOf(text: string): ReadonlySet<string> {
  const parts = plainText(text).split(' ').filter(Boolean)
  const joined = parts.flatMap((_, at) => [2, 3, 4].map((count) => parts.slice(at, at + count).join('')))
  return new Set([...parts, ...joined])
}

const token = (text: string): string => plainText(text).replaceAll(' ', '')

/** The best proposals for a line, at most five. */
export function proposeMatches(line: StatementLine, candidates: readonly Candidate[]): readonly Proposal[] {
  if (line.amountMicros <= 0n) return []
  const written = `${line.remittance} ${line.payer}`
  const tokens = tokensOf(written)
  const fingerprint = payerFingerprint(line)
  return candidates
    .filter((one) => one.currency === line.currency)
    .map((one) => proposalOf(line, one, tokens, fingerprint))
    .filter((one) => one.points > 0)
    .toSorted((a, b) => b.points - a.points || (a.customerId < b.customerId ? -1 : 1))
    .slice(0, PROPOSALS_MAX)
}

/** The proposal that may be posted without a person; undefined when there is doubt. */
export function certainMatch(proposals: readonly Proposal[]): Proposal | undefined {
  const [best, second] = proposals
  if (!best || best.points < AUTOMATIC_POINTS || !best.doesFit) return undefined
  return best.points - (second?.points ?? 0) >= AUTOMATIC_LEAD ? best : undefined
}

function proposalOf(line: StatementLine, one: Candidate, tokens: ReadonlySet<string>, fingerprint: string): Proposal {
  const evidence: Evidence[] = []
  const count = (points: number, reason: string): void => void evidence.push({ points, reason })
  const named = one.invoices.find(({ number }) => token(number).length >= 4 && tokens.has(token(number)))
  if (named) count(100, `names invoice ${named.number}`)
  if (token(one.accountNumber).length >= 4 && tokens.has(token(one.accountNumber))) count(60, 'names the account ID')
  if (fingerprint !== '' && one.knownPayers.has(fingerprint)) count(50, 'has paid for this customer before')
  const likeness = similarity(one.name, line.payer)
  const likeliest = Math.max(likeness, similarity(one.name, line.remittance) * 0.9)
  if (likeliest >= NAME_FROM) count(Math.round(likeliest * NAME_POINTS), 'the name is alike')
  const { openMicros, exact } = fitOf(line.amountMicros, one, count)
  if (evidence.length > 0 && one.invoices.some(({ issuedOn }) => isFresh(issuedOn, line.bookedOn)))
    count(10, `within ${FRESH_DAYS} days of an invoice`)
  const points = evidence.reduce((sum, { points: some }) => sum + some, 0)
  // Against the invoice that is named the money must be all of it; else it is spread over what is open, oldest first.
  const doesFit = named ? named.openMicros === line.amountMicros : exact || line.amountMicros <= openMicros
  return { customerId: one.customerId, invoiceId: named?.id, points, evidence, doesFit }
}

/** Only the best of the amount's reasons counts. */
function fitOf(
  amountMicros: Micros,
  { invoices, balanceMicros }: Candidate,
  count: (points: number, reason: string) => void,
): { readonly openMicros: Micros; readonly exact: boolean } {
  const openMicros = invoices.reduce((sum, one) => sum + one.openMicros, 0n)
  let oldest = 0n
  const sums = invoices.slice(0, INVOICES_MAX).map((one) => (oldest += one.openMicros))
  if (invoices.some((one) => one.openMicros === amountMicros)) count(30, 'is the amount of an open invoice')
  else if (balanceMicros > 0n && balanceMicros === amountMicros) count(20, 'is the balance of the account')
  else if (sums.includes(amountMicros)) count(15, 'is the sum of the oldest invoices')
  else {
    const less = [balanceMicros, ...invoices.map((one) => one.openMicros)].some(
      (wanted) => wanted > amountMicros && wanted - amountMicros <= FEE_TOLERANCE_MICROS,
    )
    if (less) count(5, 'is what is owed less a fee')
    return { openMicros, exact: false }
  }
  return { openMicros, exact: true }
}

function isFresh(issuedOn: string, bookedOn: string): boolean {
  const days = Temporal.PlainDate.from(issuedOn).until(Temporal.PlainDate.from(bookedOn)).total('days')
  return days >= 0 && days <= FRESH_DAYS
}
