/** "Charges = ledger": every entry is the one that its call, invoice, one-off charge or credit note asks for. */

import type { Tx } from '../../../platform/db/index.ts'
import type { Finding } from './finding.ts'
import type { MonthBounds } from './read-month.ts'

type Entry = {
  readonly line: number
  readonly accountId: string
  readonly kind: string
  readonly amountMicros: string
  readonly currency: string
}
type Posting = {
  readonly id: string
  readonly kind: string
  readonly tenantId: string
  readonly cdrId: string | null
  readonly entries: readonly Entry[]
  /** What the entries of who owes should be, in order. */
  readonly expected: readonly { accountId: string | null; amountMicros: string; book: string }[] | null
  readonly currency: string | null
}

/** Postings of the month and of its invoices; those of calls in `excused` are another finding already. */
export async function proveEntries(
  tx: Tx,
  bounds: MonthBounds,
  excused: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const postings = [...(await usagePostings(tx, bounds)), ...(await billingPostings(tx, bounds))]
  const others = await otherPostings(tx, bounds)
  return [
    ...postings.flatMap((posting) => proveExpected(posting, excused)),
    ...others.flatMap(proveSum),
    ...(await unposted(tx, bounds)).filter(({ id }) => !excused.has(id)),
  ]
}

function proveExpected(posting: Posting, excused: ReadonlySet<string>): readonly Finding[] {
  const { id, cdrId, tenantId, entries, expected, currency } = posting
  if (excused.has(cdrId ?? id)) return []
  if (expected === null) {
    const message = 'it charges a call that is not there'
    return [{ equality: 'ledger', record: 'call', id: cdrId ?? id, tenantId, message }]
  }
  const findings: Finding[] = []
  const tell = (line: number, message: string): void =>
    void findings.push({ equality: 'ledger', record: 'entry', id: `${id}/${line}`, tenantId, message })
  const wanted = expected.flatMap(({ accountId, amountMicros, book }) => [
    { accountId, amountMicros, kind: undefined },
    { accountId: null, amountMicros: String(-BigInt(amountMicros)), kind: book },
  ])
  for (const [at, want] of wanted.entries()) {
    const entry = entries.find((one) => one.line === at + 1)
    if (!entry) tell(at + 1, `an entry of ${want.amountMicros} micros is missing`)
    else if (entry.amountMicros !== want.amountMicros)
      tell(at + 1, `${entry.amountMicros} for ${want.amountMicros} micros`)
    else if (want.accountId !== null && entry.accountId !== want.accountId) tell(at + 1, 'it is on another account')
    else if (want.kind !== undefined && entry.kind !== want.kind)
      tell(at + 1, `it is in ${entry.kind}, not in ${want.kind}`)
    else if (currency !== null && entry.currency !== currency) tell(at + 1, `its currency is ${entry.currency}`)
  }
  for (const entry of entries) if (entry.line > wanted.length) tell(entry.line, 'nothing asks for it')
  return findings
}

function proveSum({ id, tenantId, entries }: Omit<Posting, 'expected' | 'currency'>): readonly Finding[] {
  const sum = entries.reduce((total, entry) => total + BigInt(entry.amountMicros), 0n)
  const isWhole = entries.length >= 2 && entries.every((entry, at) => entry.line === at + 1)
  if (sum === 0n && isWhole) return []
  const message = isWhole ? `its entries sum to ${sum} micros` : 'an entry of it is missing'
  return [{ equality: 'ledger', record: 'posting', id, tenantId, message }]
}

const entriesOf = `(
  select coalesce(jsonb_agg(jsonb_build_object('line', entry.line, 'accountId', entry.account_id, 'kind', account.kind,
           'amountMicros', entry.amount_micros::text, 'currency', entry.currency) order by entry.line), '[]')
  from ledger_entry as entry join account on account.id = entry.account_id where entry.posting_id = posting.id)`

/** The instants in which postings of a local month may lie. */
function around(tx: Tx, { from, to }: MonthBounds) {
  return tx`posting.occurred_at >= (${from}::text::date - 1)::timestamp at time zone 'UTC'
    and posting.occurred_at < (${to}::text::date + 1)::timestamp at time zone 'UTC'`
}

function usagePostings(tx: Tx, bounds: MonthBounds) {
  return tx<Posting[]>`
    select posting.id, posting.kind, posting.tenant_id as "tenantId", posting.cdr_id as "cdrId",
           ${tx.unsafe(entriesOf)} as entries, cdr.currency,
           case when cdr.id is null then null else coalesce((
             select jsonb_agg(jsonb_build_object('accountId', line.account_id, 'amountMicros', line.amount::text,
                                                 'book', 'revenue') order by line.level)
             from (
               select 0 as level, cdr.account_id,
                      coalesce((select old_micros from cdr_revision where cdr_revision.cdr_id = cdr.id and level = 0
                                order by id limit 1), cdr.charge_micros) as amount
               union all
               select own.level, own.account_id,
                      coalesce((select old_micros from cdr_revision as revision where revision.cdr_id = cdr.id
                                and revision.level = own.level order by id limit 1), own.charge_micros)
               from cdr_charge as own where own.cdr_id = cdr.id) as line
             where line.amount > 0), '[]') end as expected
    from posting left join cdr on cdr.id = posting.cdr_id
    where posting.kind = 'usage' and ${around(tx, bounds)}`
}

/** Invoices, one-off charges and credit notes: each has the id of its posting. */
function billingPostings(tx: Tx, bounds: MonthBounds) {
  return tx<Posting[]>`
    select posting.id, posting.kind, posting.tenant_id as "tenantId", null as "cdrId",
           ${tx.unsafe(entriesOf)} as entries, asked.currency, asked.parts as expected
    from posting
    join (
      select invoice.id, invoice.currency, (
               select coalesce(jsonb_agg(jsonb_build_object('accountId', invoice.account_id,
                        'amountMicros', part.amount::text, 'book', part.book) order by part.place), '[]')
               from (values (1, 'revenue', own.fees), (2, 'tax', invoice.tax_micros),
                            (3, 'rounding', invoice.net_micros - own.exact)) as part (place, book, amount)
               where part.amount <> 0) as parts
      from invoice cross join lateral (
        select coalesce(sum(amount_micros), 0)::bigint as exact,
               coalesce(sum(amount_micros) filter
                 (where kind in ('activation', 'partial', 'monthly', 'credit')), 0)::bigint as fees
        from invoice_line where invoice_id = invoice.id) as own
      where invoice.issued_at is not null
      union all
      select id, currency, jsonb_build_array(jsonb_build_object('accountId', account_id,
               'amountMicros', amount_micros::text, 'book', 'revenue'))
      from one_off_charge
      union all
      select id, currency, case when tax_micros = 0
          then jsonb_build_array(jsonb_build_object('accountId', account_id, 'amountMicros', (-net_micros)::text,
                                                    'book', 'revenue'))
          else jsonb_build_array(jsonb_build_object('accountId', account_id, 'amountMicros', (-net_micros)::text,
                                                    'book', 'revenue'),
                                 jsonb_build_object('accountId', account_id, 'amountMicros', (-tax_micros)::text,
                                                    'book', 'tax')) end
      from credit_note
    ) as asked on asked.id = posting.id
    where posting.kind in ('invoice', 'charge', 'credit_note')
      and posting.occurred_at >= (${bounds.from}::text::date - 1)::timestamp at time zone 'UTC'
      and posting.occurred_at < (${bounds.to}::text::date + 14)::timestamp at time zone 'UTC'`
}

function otherPostings(tx: Tx, bounds: MonthBounds) {
  return tx<Omit<Posting, 'expected' | 'currency'>[]>`
    select posting.id, posting.kind, posting.tenant_id as "tenantId", posting.cdr_id as "cdrId",
           ${tx.unsafe(entriesOf)} as entries
    from posting
    where posting.kind in ('payment', 'adjustment', 'opening', 'rerate') and ${around(tx, bounds)}`
}

/** Charged calls without a posting, and invoices that the ledger does not know. */
async function unposted(tx: Tx, { from, to }: MonthBounds): Promise<readonly Finding[]> {
  const calls = await tx<{ id: string; tenantId: string }[]>`
    select cdr.id, tenant_id as "tenantId" from cdr
    where charge_micros > 0 and occurred_at >= (${from}::text::date - 1)::timestamp at time zone 'UTC'
      and occurred_at < (${to}::text::date + 1)::timestamp at time zone 'UTC'
      and not exists (select from posting where posting.cdr_id = cdr.id)`
  const invoices = await tx<{ number: string; tenantId: string }[]>`
    select number, tenant_id as "tenantId" from invoice
    where issued_at is not null and period_to > ${from}::text::date and period_to <= ${to}::text::date
      and (net_micros + tax_micros <> usage_micros)
      and not exists (select from posting where posting.id = invoice.id)
      and exists (select from invoice_line where invoice_id = invoice.id and kind <> 'one_off')`
  return [
    ...calls.map(({ id, tenantId }): Finding => {
      return { equality: 'ledger', record: 'call', id, tenantId, message: 'it is charged, and no posting is for it' }
    }),
    ...invoices.map(({ number, tenantId }): Finding => {
      return { equality: 'ledger', record: 'invoice', id: number, tenantId, message: 'no posting is for it' }
    }),
  ]
}

/** Balances that are not the sum of their entries; whose calls or entries are named already is left out. */
export async function proveBalances(tx: Tx, excused: ReadonlySet<string>): Promise<readonly Finding[]> {
  const rows = await tx<{ accountId: string; tenantId: string; balance: bigint; sum: bigint }[]>`
    select account.id as "accountId", account.tenant_id as "tenantId",
           coalesce(balance.balance_micros, 0)::bigint as balance, coalesce(total.sum, 0)::bigint as sum
    from account
    left join account_balance as balance on balance.account_id = account.id
    left join (
      select account_id, sum(amount_micros) as sum from ledger_entry group by account_id
    ) as total on total.account_id = account.id
    where account.kind in ('customer', 'wholesale')
      and coalesce(balance.balance_micros, 0) <> coalesce(total.sum, 0)`
  return rows
    .filter(({ tenantId }) => !excused.has(tenantId))
    .map(({ accountId: id, tenantId, balance, sum }): Finding => {
      const message = `the balance is ${balance} micros, its entries sum to ${sum}`
      return { equality: 'ledger', record: 'balance', id, tenantId, message }
    })
}
