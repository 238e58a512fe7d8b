/** What the drafts of many accounts are made of, read in a few statements. */

import { isoInstant, type Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { BilledRange, BilledSubscription } from './bill-subscription.ts'
import type { Correction, OneOff, UsageGroup } from './draft-invoice.ts'
import type { InvoiceKind } from '../tables.ts'

/** An invoice whose lines are to be made. */
export type Header = {
  readonly id: string
  readonly tenantId: string
  readonly accountId: string
  readonly kind: InvoiceKind
  readonly periodFrom: string
  readonly periodTo: string
  readonly windowFrom: number
  readonly windowTo: number
  readonly zone: string
  /** Only what was known by then: when an invoice is made again. */
  readonly knownAt?: number
}

export type Inputs = {
  readonly subscriptions: readonly BilledSubscription[]
  readonly usage: readonly UsageGroup[]
  readonly corrections: readonly Correction[]
  readonly oneOffs: readonly OneOff[]
}

type Of<T> = T & { readonly owner: string }

/** By invoice id; every header has an entry. */
export async function readInputs(tx: Tx, headers: readonly Header[]): Promise<ReadonlyMap<string, Inputs>> {
  const [subscriptions, usage, corrections, oneOffs] = await Promise.all([
    readSubscriptions(tx, headers),
    readUsage(tx, headers),
    readCorrections(tx, headers),
    readOneOffs(tx, headers),
  ])
  return new Map(
    headers.map((header) => {
      const of = <T>(all: ReadonlyMap<string, readonly T[]>, key: string): readonly T[] => all.get(key) ?? []
      const inputs = {
        subscriptions: of(subscriptions, header.id),
        usage: of(usage, header.id),
        corrections: of(corrections, header.id),
        oneOffs: of(oneOffs, header.id),
      }
      return [header.id, inputs]
    }),
  )
}

function byOwner<T>(rows: readonly Of<T>[]): ReadonlyMap<string, readonly T[]> {
  const sorted = new Map<string, T[]>()
  for (const { owner, ...row } of rows) {
    const known = sorted.get(owner)
    if (known) known.push(row as T)
    else sorted.set(owner, [row as T])
  }
  return sorted
}

type SubscriptionRow = Of<
  Omit<BilledSubscription, 'billed' | 'isActivated' | 'taxCode'> & {
    readonly billed: readonly BilledRange[] | null
    readonly isActivated: boolean
  }
>

async function readSubscriptions(tx: Tx, headers: readonly Header[]) {
  const rows = await tx<SubscriptionRow[]>`
    select own.id as owner, subscription.id, product.name as description,
           started_on as "startedOn",
           case when subscription.ended_recorded_at <= own.known_at then ended_on end as "endedOn",
           subscription.monthly_micros as "monthlyMicros", subscription.setup_micros as "setupMicros", proration,
           credits_unused as "creditsUnused", billed.ranges as billed,
           coalesce(billed.has_activation, false) as "isActivated"
    from ${windows(tx, headers)}
    join subscription on subscription.tenant_id = own.tenant_id and subscription.created_at <= own.known_at
    join product on product.id = subscription.product_id
    left join lateral (
      select jsonb_agg(jsonb_build_object('from', line.from_day, 'to', line.to_day, 'isCredit', line.kind = 'credit')
                       order by invoice.period_to, line.line) filter (where line.kind <> 'activation') as ranges,
             bool_or(line.kind = 'activation') as has_activation
      from invoice_line as line join invoice on invoice.id = line.invoice_id
      where line.subscription_id = subscription.id and invoice.status not in ('void', 'draft')
        and invoice.period_to < own.period_to
    ) as billed on true
    order by own.id, started_on, product.name collate "C", subscription.monthly_micros desc, subscription.id`
  return byOwner<BilledSubscription>(rows.map((row) => ({ ...row, billed: row.billed ?? [], taxCode: 'telecom' })))
}

/** The windows as rows of a statement. */
function windows(tx: Tx, headers: readonly Header[]) {
  const texts = (of: (header: Header) => string): readonly string[] => headers.map(of)
  return tx`
    unnest(${texts((one) => one.id)}::uuid[], ${texts((one) => one.tenantId)}::uuid[],
           ${texts((one) => one.accountId)}::uuid[],
           ${texts((one) => isoInstant(one.windowFrom))}::text[]::timestamptz[],
           ${texts((one) => isoInstant(one.windowTo))}::text[]::timestamptz[],
           ${texts((one) => one.periodFrom)}::text[]::date[], ${texts((one) => one.periodTo)}::text[]::date[],
           ${texts((one) => (one.knownAt === undefined ? 'infinity' : isoInstant(one.knownAt)))}::text[]::timestamptz[])
      as own (id, tenant_id, account_id, window_from, window_to, period_from, period_to, known_at)`
}

type UsageRow = Of<UsageGroup>

/**
 * "A call belongs to the invoice period of its answer instant"; one that was stored too late, to the period that it was
 * assigned to. The same rows as the Transactions report of the window counts.
 */
async function readUsage(tx: Tx, headers: readonly Header[]) {
  const customers = headers.filter((one) => one.kind === 'customer')
  const partners = headers.filter((one) => one.kind === 'wholesale')
  const rows = [
    ...(customers.length === 0 ? [] : await customerUsage(tx, customers)),
    ...(partners.length === 0 ? [] : await wholesaleUsage(tx, partners)),
  ]
  return byOwner<UsageGroup>(rows)
}

function customerUsage(tx: Tx, headers: readonly Header[]) {
  return tx<UsageRow[]>`
    select own.id as owner, cdr.class, coalesce(cdr.destination_name, cdr.class) as destination,
           count(*) as calls, sum(cdr.billed_seconds)::bigint as seconds,
           sum(cdr.charge_micros)::bigint as "chargeMicros"
    from ${windows(tx, headers)}
    join cdr on cdr.tenant_id = own.tenant_id and cdr.account_id = own.account_id
      and ((cdr.assigned_period is null and cdr.occurred_at >= own.window_from and cdr.occurred_at < own.window_to)
        or (cdr.assigned_period >= own.period_from and cdr.assigned_period < own.period_to))
    where cdr.charge_micros > 0 or cdr.version_id is not null
    group by own.id, cdr.class, coalesce(cdr.destination_name, cdr.class)
    order by own.id, cdr.class collate "C", coalesce(cdr.destination_name, cdr.class) collate "C"`
}

function wholesaleUsage(tx: Tx, headers: readonly Header[]) {
  return tx<UsageRow[]>`
    select own.id as owner, cdr.class, coalesce(line.destination_name, cdr.class) as destination,
           count(*) as calls, sum(line.billed_seconds)::bigint as seconds,
           sum(line.charge_micros)::bigint as "chargeMicros"
    from ${windows(tx, headers)}
    join cdr_charge as line on line.account_id = own.account_id
    join cdr on cdr.id = line.cdr_id
      and ((cdr.assigned_period is null and line.occurred_at >= own.window_from and line.occurred_at < own.window_to)
        or (cdr.assigned_period >= own.period_from and cdr.assigned_period < own.period_to))
    group by own.id, cdr.class, coalesce(line.destination_name, cdr.class)
    order by own.id, cdr.class collate "C", coalesce(line.destination_name, cdr.class) collate "C"`
}

async function readCorrections(tx: Tx, headers: readonly Header[]) {
  const rows = await tx<Of<{ calls: bigint; amountMicros: Micros }>[]>`
    select own.id as owner, count(distinct revision.cdr_id) as calls,
           sum(revision.new_micros - revision.old_micros)::bigint as "amountMicros"
    from ${windows(tx, headers)}
    join cdr_revision as revision on revision.tenant_id = own.tenant_id and revision.account_id = own.account_id
      and revision.adjusted and revision.period >= own.period_from and revision.period < own.period_to
    group by own.id having sum(revision.new_micros - revision.old_micros) <> 0`
  return byOwner<Correction>(rows.map((row) => ({ ...row, description: 'Corrected charges of earlier months' })))
}

/** Those that no invoice has yet and that happened before the period ended. */
async function readOneOffs(tx: Tx, headers: readonly Header[]) {
  const rows = await tx<Of<Omit<OneOff, 'day'> & { occurredAt: number; zone: string }>[]>`
    select own.id as owner, charge.id, charge.description, charge.amount_micros as "amountMicros",
           charge.tax_code as "taxCode", charge.occurred_at as "occurredAt", invoice.zone
    from ${windows(tx, headers)}
    join invoice on invoice.id = own.id
    join one_off_charge as charge on charge.account_id = own.account_id and charge.occurred_at < own.window_to
    where not exists (
      select from invoice_line as line join invoice as other on other.id = line.invoice_id
      where line.source_id = charge.id and other.status not in ('void', 'draft') and other.tenant_id = charge.tenant_id
        and other.period_to < own.period_to)
      and charge.created_at <= own.known_at
    order by own.id, charge.occurred_at, charge.id`
  return byOwner<OneOff>(rows.map(({ occurredAt, zone, ...row }) => ({ ...row, day: dayOf(occurredAt, zone) })))
}

function dayOf(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString()
}
