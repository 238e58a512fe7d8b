/**
 * Whom a seller bills on a day, and the beginning of their drafts: the header of an invoice freezes its window. What is
 * stored later knows of it and goes to the next month; what was stored before is visible to whoever drafts afterwards.
 */

import { isoInstant, localToEpochMs, newId, type Clock } from '../../../base/index.ts'
import { insertRows, type Tx } from '../../../platform/db/index.ts'
import { regionOfAreaCode } from '../tax/area-codes.ts'
import type { Billed, InvoiceKind } from '../tables.ts'
import type { Seller } from '../policy.ts'
import { cycleBefore, cycleOf } from './cycle.ts'

/** The lock that `dialhouse_assign_period` shares. */
const FREEZE_LOCK = 6_120_001
/** A record that comes later than so long after its call asks whether its period is drafted. */
const SETTLED_MS = 10 * 60_000

type DueRow = {
  readonly accountId: string
  readonly tenantId: string
  readonly currency: string
  readonly createdAt: number
  readonly zone: string | null
  readonly name: string
  readonly accountCode: string
  readonly areaCode: string
  readonly country: string
  readonly profileRegion: string | null
  readonly addressRegion: string | null
  readonly addressText: string | null
  readonly postalAddress: string | null
  readonly email: string | null
  readonly taxExempt: string | null
  readonly lastPeriodTo: string | null
  readonly lastWindowTo: number | null
  readonly openSince: number | null
}

export type DueRequest = {
  readonly seller: Seller
  readonly runId: string
  readonly kind: InvoiceKind
  /** The day of the run: periods that end on it. */
  readonly day: string
  /** Accounts after this one. */
  readonly after: string
  readonly limit: number
}

export type Begun = {
  readonly begun: number
  /** Accounts whose midnight or whose last call has not come yet. */
  readonly waiting: number
  /** Where the next portion begins; undefined when there is none. */
  readonly last: string | undefined
}

/** Begins the drafts of accounts that are due and have none; call it in a transaction of its own. */
export async function beginDrafts(tx: Tx, clock: Clock, request: DueRequest): Promise<Begun> {
  const { seller, runId, kind, day } = request
  const rows = await readDue(tx, request)
  const now = clock.now()
  const ready: NewHeader[] = []
  let waiting = 0
  for (const row of rows) {
    const header = headerOf(row, request)
    const isOpen = row.openSince !== null && row.openSince < header.windowTo
    if (header.windowTo + SETTLED_MS > now || isOpen) waiting += 1
    else ready.push(header)
  }
  if (ready.length > 0) {
    await tx`select pg_advisory_xact_lock(${FREEZE_LOCK})`
    await insertRows<NewHeader, { id: string }>(
      tx,
      'invoice',
      {
        id: ['uuid', () => newId(clock)],
        tenant_id: ['uuid', (one) => one.tenantId],
        seller_id: ['uuid', () => seller.id],
        customer_id: ['uuid', (one) => (kind === 'customer' ? one.tenantId : null)],
        run_id: ['uuid', () => runId],
        kind: ['text', () => kind],
        account_id: ['uuid', (one) => one.accountId],
        status: ['text', () => 'draft'],
        currency: ['text', (one) => one.currency],
        period_from: ['date', (one) => one.periodFrom],
        period_to: ['date', () => day],
        window_from: ['timestamptz', (one) => isoInstant(one.windowFrom)],
        window_to: ['timestamptz', (one) => isoInstant(one.windowTo)],
        zone: ['text', (one) => one.zone],
        billed: ['jsonb', (one) => JSON.stringify(one.billed)],
        created_at: ['timestamptz', () => isoInstant(now)],
      },
      ready,
      `on conflict (account_id, period_to) where status <> 'void' do nothing`,
    )
  }
  return { begun: ready.length, waiting, last: rows.length < request.limit ? undefined : rows.at(-1)!.accountId }
}

type NewHeader = {
  readonly tenantId: string
  readonly accountId: string
  readonly currency: string
  readonly periodFrom: string
  readonly windowFrom: number
  readonly windowTo: number
  readonly zone: string
  readonly billed: Billed
}

function headerOf(row: DueRow, { seller, day }: DueRequest): NewHeader {
  const zone = row.zone ?? seller.policy.zone
  const cycle = cycleBefore(cycleOf(day, Number(day.slice(8))), Number(day.slice(8)))
  const windowTo = startOf(day, zone)
  // Usage goes on where the last invoice ended; the first one has everything since the account was opened.
  const windowFrom = row.lastWindowTo ?? Math.min(startOf(cycle.from, zone), row.createdAt)
  const region = row.profileRegion ?? row.addressRegion ?? regionOfAreaCode(row.areaCode) ?? 'ON'
  const { accountId, tenantId, currency, name, accountCode, country, taxExempt } = row
  return {
    accountId,
    tenantId,
    currency,
    zone,
    periodFrom: row.lastPeriodTo ?? cycle.from,
    windowFrom,
    windowTo,
    billed: {
      name,
      accountCode,
      address: row.postalAddress ?? row.addressText ?? '',
      email: row.email ?? '',
      region,
      country,
      taxExempt,
    },
  }
}

/** The first moment of a day in a zone. */
export function startOf(day: string, zone: string): number {
  return localToEpochMs(`${day} 00:00:00`, zone)!
}

/** Bill days that fall on a date: its own, and on the last of a month the later ones too. */
function billDaysOn(day: string): readonly number[] {
  const { day: date, daysInMonth } = Temporal.PlainDate.from(day)
  return date === daysInMonth ? Array.from({ length: 32 - date }, (_, at) => date + at) : [date]
}

function readDue(tx: Tx, { seller, kind, day, limit, runId, after }: DueRequest) {
  return tx<DueRow[]>`
    select account.id as "accountId", account.tenant_id as "tenantId", account.currency,
           account.created_at as "createdAt", customer.zone, tenant.name,
           coalesce(customer.account_code, upper(tenant.slug)) as "accountCode",
           coalesce(customer.area_code, '') as "areaCode",
           coalesce(profile.country, customer.country, 'CA') as country, profile.region as "profileRegion",
           address.region as "addressRegion", address.text as "addressText",
           profile.postal_address as "postalAddress", coalesce(profile.email, reader.email) as email,
           profile.tax_exempt as "taxExempt", last.period_to as "lastPeriodTo", last.window_to as "lastWindowTo",
           (select min(answered_at) from reservation where account_id = account.id) as "openSince"
    from account
    join tenant on tenant.id = account.tenant_id
    left join customer on customer.tenant_id = account.tenant_id
    left join billing_profile as profile on profile.tenant_id = account.tenant_id
    left join lateral (
      select region, concat_ws(E'\n', concat_ws(' ', nullif(unit, ''), street),
                               concat_ws(' ', city, region, postal_code)) as text
      from emergency_address as own where own.tenant_id = account.tenant_id and own.status = 'active'
      order by created_at, street collate "C", unit collate "C", id limit 1) as address on true
    left join lateral (
      select email from login where login.tenant_id = account.tenant_id and login.role in
        ('customer_admin', 'customer_billing', 'partner_admin', 'partner_billing')
      order by role desc, id limit 1) as reader on true
    left join lateral (
      select period_to, window_to from invoice
      where invoice.account_id = account.id and invoice.status <> 'void' and invoice.period_to < ${day}::text::date
      order by invoice.period_to desc limit 1) as last on true
    where tenant.parent_id = ${seller.id} and account.id > ${after}
      and account.kind = ${kind === 'customer' ? 'customer' : 'wholesale'}
      and coalesce(profile.bill_day, 1) = any(${[...billDaysOn(day)]}::int[])
      and account.created_at < (${day}::text::date + 1)::timestamp at time zone 'UTC'
      and not exists (
        select from invoice where invoice.account_id = account.id and invoice.period_to >= ${day}::text::date
          and (invoice.status <> 'void' or invoice.run_id = ${runId}))
    order by account.id limit ${limit}`
}
