/**
 * Whose money came in: evidence for each customer of a seller, counted in points, the best first. "Amount alone never
 * posts": a line is posted without a person only when somebody is named for certain and the money fits.
 */

import type { Micros } from '../../../../base/index.ts'
import { plainText, type StatementLine } from './statement.ts'
import { similarity, trigrams } from './similarity.ts'

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

/** `invoice` and `account` are what the payer wrote, `payer` and `name` who he is. */
type EvidenceKind = 'invoice' | 'account' | 'payer' | 'name' | 'amount' | 'date'

export type Evidence = { readonly kind: EvidenceKind; readonly reason: string; readonly points: number }

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
  const words: Words = {
    tokens: tokensOf(`${line.remittance} ${line.payer}`),
    fingerprint: payerFingerprint(line),
    payer: trigrams(line.payer),
    remittance: trigrams(line.remittance),
  }
  return candidates
    .filter((one) => one.currency === line.currency)
    .map((one) => proposalOf(line, one, words))
    .filter((one) => one.points > 0)
    .toSorted((a, b) => b.points - a.points || (a.customerId < b.customerId ? -1 : 1))
    .slice(0, PROPOSALS_MAX)
}

/**
 * The proposal that may be posted without a person; undefined when there is doubt. A number may be mistyped into
 * somebody else's: what was written has to agree with who paid, and nobody else may look like him as much.
 */
export function certainMatch(proposals: readonly Proposal[]): Proposal | undefined {
  const [best, ...others] = proposals
  if (!best || best.points < AUTOMATIC_POINTS || !best.doesFit) return undefined
  if (best.points - (others[0]?.points ?? 0) < AUTOMATIC_LEAD) return undefined
  const identity = identityOf(best)
  if (identity === 0 || others.some((one) => identityOf(one) >= identity)) return undefined
  return best
}

function identityOf({ evidence }: Proposal): number {
  return evidence.reduce((sum, { kind, points }) => sum + (kind === 'name' || kind === 'payer' ? points : 0), 0)
}

type Count = (kind: EvidenceKind, points: number, reason: string) => void

type Words = {
  readonly tokens: ReadonlySet<string>
  readonly fingerprint: string
  readonly payer: ReadonlySet<string>
  readonly remittance: ReadonlySet<string>
}

/** What is compared of a candidate, made once for all the lines of a file. */
type Marks = { readonly name: ReadonlySet<string>; readonly account: string; readonly numbers: readonly string[] }
const marks = new WeakMap<Candidate, Marks>()

function marksOf(one: Candidate): Marks {
  const known = marks.get(one)
  if (known) return known
  const numbers = one.invoices.map(({ number }) => token(number))
  const made = { name: trigrams(one.name), account: token(one.accountNumber), numbers }
  marks.set(one, made)
  return made
}

const TOKEN_LENGTH_MIN = 4

function proposalOf(line: StatementLine, one: Candidate, words: Words): Proposal {
  const evidence: Evidence[] = []
  const count: Count = (kind, points, reason) => void evidence.push({ kind, points, reason })
  const { name, account, numbers } = marksOf(one)
  const isWritten = (text: string): boolean => text.length >= TOKEN_LENGTH_MIN && words.tokens.has(text)
  const named = one.invoices[numbers.findIndex(isWritten)]
  if (named) count('invoice', 100, `names invoice ${named.number}`)
  if (isWritten(account)) count('account', 60, 'names the account ID')
  if (words.fingerprint !== '' && one.knownPayers.has(words.fingerprint))
    count('payer', 50, 'paid for this customer before')
  const likeness = Math.max(similarity(name, words.payer), similarity(name, words.remittance) * 0.9)
  if (likeness >= NAME_FROM) count('name', Math.round(likeness * NAME_POINTS), 'the name is alike')
  const { openMicros, exact } = fitOf(line.amountMicros, one, count)
  if (evidence.length > 0 && one.invoices.some(({ issuedOn }) => isFresh(issuedOn, line.bookedOn)))
    count('date', 10, `within ${FRESH_DAYS} days of an invoice`)
  const points = evidence.reduce((sum, { points: some }) => sum + some, 0)
  // Against the invoice that is named the money must be all of it; else it is spread over what is open, oldest first.
  const doesFit = named ? named.openMicros === line.amountMicros : exact || line.amountMicros <= openMicros
  return { customerId: one.customerId, invoiceId: named?.id, points, evidence, doesFit }
}

/** Only the best of the amount's reasons counts. */
function fitOf(
  amountMicros: Micros,
  { invoices, balanceMicros }: Candidate,
  count: Count,
): { readonly openMicros: Micros; readonly exact: boolean } {
  const openMicros = invoices.reduce((sum, one) => sum + one.openMicros, 0n)
  let oldest = 0n
  const sums = invoices.slice(0, INVOICES_MAX).map((one) => (oldest += one.openMicros))
  if (invoices.some((one) => one.openMicros === amountMicros)) count('amount', 30, 'is the amount of an open invoice')
  else if (balanceMicros > 0n && balanceMicros === amountMicros) count('amount', 20, 'is the balance of the account')
  else if (sums.includes(amountMicros)) count('amount', 15, 'is the sum of the oldest invoices')
  else {
    const less = [balanceMicros, ...invoices.map((one) => one.openMicros)].some(
      (wanted) => wanted > amountMicros && wanted - amountMicros <= FEE_TOLERANCE_MICROS,
    )
    if (less) count('amount', 5, 'is what is owed less a fee')
    return { openMicros, exact: false }
  }
  return { openMicros, exact: true }
}

function isFresh(issuedOn: string, bookedOn: string): boolean {
  const days = Temporal.PlainDate.from(issuedOn).until(Temporal.PlainDate.from(bookedOn)).total('days')
  return days >= 0 && days <= FRESH_DAYS
}
