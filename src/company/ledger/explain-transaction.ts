/**
 * The answer to "why 3.42?": everything that a charge was computed from, read again and computed again. It runs where
 * all levels of the house may be read; what of it a reader is shown is decided by `shown-explanation.ts`.
 */

import type { Tx } from '../../platform/db/index.ts'
import { assignedPlans, ratesOf, timedRates, type RatedBy } from '../catalog/index.ts'
import { durationSeconds, toMicros, type Counter } from '../rating/index.ts'
import type { Quote } from './reservation.ts'
import type { ExplainedCharge, ExplainedCost, Explanation } from './explanation.ts'
import { planOfCall, shownCounters, storedCounters, type StoredPlan } from './plan-state.ts'
import { priceQuote } from './price-quote.ts'
import { isFreeReason } from './rate-record.ts'

type Line = Omit<ExplainedCharge, 'deck' | 'row' | 'computed' | 'differences' | 'payer'> & {
  readonly versionId: string | null
  readonly prefix: string | null
}

type Head = {
  readonly tenantId: string
  readonly number: string
  readonly direction: 'outbound' | 'inbound'
  readonly answeredAt: number | null
  readonly endedAt: number
  readonly durationSeconds: number
  readonly anonymisedAt: number | null
  readonly carrierId: string | null
  readonly carrierName: string | null
  readonly costMicros: bigint | null
  readonly costCurrency: string | null
  readonly costVersionId: string | null
  readonly costPrefix: string | null
  readonly plan: StoredPlan | null
}

/** What the transaction with this id was computed from; undefined when there is none. */
export async function explainTransaction(tx: Tx, cdrId: string): Promise<Explanation | undefined> {
  const head = await readHead(tx, cdrId)
  if (!head) return undefined
  const lines = await readLines(tx, cdrId)
  const rows = await ratesOf(tx, ratedBy(head, lines))
  const rowOf = (versionId: string | null, prefix: string | null) =>
    rows.find((row) => row.versionId === versionId && row.prefix === prefix)
  const decks = await readDecks(tx, [...lines.map((line) => line.versionId), head.costVersionId])
  const payers = await readPayers(tx, lines)
  const seconds = durationSeconds(head.answeredAt ?? undefined, head.endedAt)
  const charges: ExplainedCharge[] = []
  for (const { versionId, prefix, ...line } of lines) {
    const row = rowOf(versionId, prefix)
    const deck = decks.find((one) => one.versionId === versionId)
    const terms = row && (await readTerms(tx, head, line.level, row))
    const again = computed(line, terms, head, seconds)
    const longest = versionId === null ? undefined : await longestPrefix(tx, versionId, head)
    const matched = terms?.quote.rates ? again?.prefix : longest
    const differences = differencesOf({ line, again, row, longest: matched, head, seconds })
    charges.push({ ...line, payer: payers.get(line.tenantId) ?? '', deck, row, computed: again, differences })
  }
  const cost = await costOf(tx, head, seconds, { rowOf, decks })
  return { cdrId, tenantId: head.tenantId, seconds, number: head.number, charges, cost }
}

async function readHead(tx: Tx, cdrId: string): Promise<Head | undefined> {
  const [head] = await tx<Head[]>`
    select tenant_id as "tenantId", to_number as number, answered_at as "answeredAt", ended_at as "endedAt",
           case direction when 'inbound' then 'inbound' else 'outbound' end as direction,
           duration_seconds as "durationSeconds", anonymised_at as "anonymisedAt", carrier_id as "carrierId",
           (select name from carrier where carrier.id = cdr.carrier_id) as "carrierName", cost_micros as "costMicros",
           cost_currency as "costCurrency", cost_version_id as "costVersionId", cost_prefix as "costPrefix", plan
    from cdr where id = ${cdrId}`
  return head
}

/** The charge of every level, the customer's first, each with what the ledger posted for it. */
async function readLines(tx: Tx, cdrId: string): Promise<readonly Line[]> {
  return tx<Line[]>`
    with line as (
      select 0 as level, tenant_id, account_id, charge_micros, currency, charge_reason, billed_seconds, version_id,
             prefix, explanation
      from cdr where id = ${cdrId}
      union all
      select level, tenant_id, account_id, charge_micros, currency, charge_reason, billed_seconds, version_id, prefix,
             explanation
      from cdr_charge where cdr_id = ${cdrId})
    select level, tenant_id as "tenantId", account_id as "accountId", charge_micros as "chargeMicros", currency,
           charge_reason as reason, billed_seconds as "billedSeconds", version_id as "versionId", prefix, explanation,
           (select coalesce(sum(entry.amount_micros), 0)::bigint
            from posting join ledger_entry as entry on entry.posting_id = posting.id
            where posting.cdr_id = ${cdrId} and (posting.kind = 'usage' or posting.kind = 'rerate')
              and entry.account_id = line.account_id) as "postedMicros"
    from line order by level`
}

function ratedBy(head: Head, lines: readonly Line[]): readonly RatedBy[] {
  const own = lines.flatMap(({ versionId, prefix }) => (versionId && prefix ? [{ versionId, prefix }] : []))
  const { costVersionId, costPrefix } = head
  const cost = costVersionId && costPrefix ? [{ versionId: costVersionId, prefix: costPrefix }] : []
  const when = head.answeredAt === null ? {} : { at: head.answeredAt }
  return [...own, ...cost].map((key) => ({ ...key, direction: head.direction, ...when }))
}

type Deck = NonNullable<ExplainedCharge['deck']>

async function readDecks(tx: Tx, versionIds: readonly (string | null)[]): Promise<readonly Deck[]> {
  return tx<Deck[]>`
    select deck.name, version.id as "versionId", version.number, version.activated_at as "activatedAt"
    from rate_deck_version as version join rate_deck as deck on deck.id = version.deck_id
    where version.id = any(${versionIds.filter((id) => id !== null)}::uuid[])`
}

async function readPayers(tx: Tx, lines: readonly Line[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx<{ id: string; name: string }[]>`
    select id, name from tenant where id = any(${lines.map((line) => line.tenantId)}::uuid[])`
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** The longest prefix of the number that the version has a row for. */
async function longestPrefix(tx: Tx, versionId: string, { number, direction }: Head): Promise<string | undefined> {
  const digits = number.replace(/^\+/, '').slice(0, 15)
  const prefixes = Array.from({ length: digits.length }, (_, at) => digits.slice(0, at + 1))
  const [row] = await tx<{ prefix: string }[]>`
    select prefix from rate_row
    where tenant_id = (select tenant_id from rate_deck_version where id = ${versionId})
      and version_id = ${versionId} and direction = ${direction} and prefix = any(${prefixes}::text[])
    order by length(prefix) desc limit 1`
  return row?.prefix
}

type Row = ExplainedCharge['row']
type RatedRow = { readonly versionId: string }
type Computed = ExplainedCharge['computed']

type Terms = { readonly quote: Quote; readonly counters: readonly Counter[] }

/** What a charge was computed by beside its row: rows that time chooses from, the plan and its counters before. */
async function readTerms(tx: Tx, head: Head, level: number, row: NonNullable<Row> & RatedRow): Promise<Terms> {
  const { versionId } = row
  const rates = await timedRates(tx, versionId, { direction: head.direction, number: numberOf(head, row) })
  const quote = { versionId, row, ...(rates ? { rates } : {}) }
  const stored = level === 0 ? head.plan : null
  const all = stored ? await assignedPlans(tx, { since: 0, tenantIds: [head.tenantId] }) : []
  const plan = all.find((one) => one.assignmentId === stored?.assignmentId)
  if (!stored || !plan) return { quote, counters: [] }
  const counters = storedCounters(stored)
  return { quote: { ...quote, plan: { ...plan, terms: planOfCall(plan.terms, counters, row) } }, counters }
}

/** A number that was forgotten is known by the prefix that it was priced by. */
function numberOf({ number, anonymisedAt }: Head, row: { readonly prefix: string }): string {
  return anonymisedAt === null ? number : row.prefix
}

type StoredLine = Omit<Line, 'versionId' | 'prefix'>

/** The charge once more, from its terms and the length of the call alone; zero for a call that is free. */
function computed(line: StoredLine, terms: Terms | undefined, head: Head, seconds: number): Computed {
  const { currency, reason } = line
  const none = { explanation: undefined, counters: [], components: [], rounding: toMicros }
  if (isFreeReason(reason)) return { ...none, chargeMicros: 0n, billedSeconds: 0, reason, prefix: undefined }
  if (!terms) return undefined
  const { quote, counters } = terms
  const call = { number: numberOf(head, quote.row), answeredAt: head.answeredAt ?? head.endedAt, seconds }
  const { row, changes, ...price } = priceQuote(quote, call, currency, counters)
  const shown = quote.plan ? shownCounters(quote.plan.terms, counters, changes) : []
  return { ...price, prefix: row.prefix, counters: shown, rounding: quote.rates?.tariff.rounding ?? toMicros }
}

type Compared = {
  readonly line: StoredLine
  readonly again: Computed
  readonly row: Row
  readonly longest: string | undefined
  readonly head: Head
  readonly seconds: number
}

/** In words, where what is stored is not what comes out now; empty when all of it does. */
function differencesOf({ line, again, row, longest, head, seconds }: Compared): readonly string[] {
  if (!again) return ['the row of the deck that it was priced by is not there any more']
  const found: string[] = []
  const compare = (what: string, stored: unknown, now: unknown): void => {
    if (stored !== now) found.push(`${what}: stored ${String(stored)}, computed ${String(now)}`)
  }
  compare('seconds of conversation', head.durationSeconds, seconds)
  compare('charge in micros', line.chargeMicros, again.chargeMicros)
  compare('billed seconds', line.billedSeconds, again.billedSeconds)
  compare('reason', line.reason, again.reason)
  compare('posted in the ledger', line.postedMicros, line.chargeMicros)
  // A number that was forgotten begins with nothing.
  if (row && head.anonymisedAt === null) compare('longest prefix of the deck', row.prefix, longest)
  if (again.explanation && again.explanation.join('\n') !== line.explanation.join('\n')) {
    found.push('the sentences of the computation are not those that were stored')
  }
  return found
}

type CostParts = {
  readonly rowOf: (versionId: string | null, prefix: string | null) => (NonNullable<Row> & RatedRow) | undefined
  readonly decks: readonly Deck[]
}

async function costOf(
  tx: Tx,
  head: Head,
  seconds: number,
  { rowOf, decks }: CostParts,
): Promise<ExplainedCost | undefined> {
  const { carrierId, carrierName, costMicros, costCurrency, costVersionId, costPrefix } = head
  if (carrierId === null) return undefined
  const carrier = { carrierId, carrierName: carrierName ?? '' }
  if (costMicros === null || costCurrency === null) return { ...carrier, known: undefined }
  const row = rowOf(costVersionId, costPrefix)
  const terms = row && (await readTerms(tx, head, -1, row))
  const call = { number: row ? numberOf(head, row) : '', answeredAt: head.answeredAt ?? head.endedAt, seconds }
  const now = terms && priceQuote(terms.quote, call, costCurrency)
  const deck = decks.find((one) => one.versionId === costVersionId)
  const matches = now?.chargeMicros === costMicros
  return { ...carrier, known: { costMicros, currency: costCurrency, deck, sentences: now?.explanation ?? [], matches } }
}
