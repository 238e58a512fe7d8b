/** Very many call records, made by the server itself: a year of a provider, two partners and their customers. */

import type { Sql } from '../database.ts'

export type ManyCalls = {
  readonly rows: number
  readonly customers: number
  /** The provider that the partners and customers are put under, with its path. */
  readonly provider: { readonly tenantId: string; readonly path: string }
}

/** A customer of it with an eighth of all calls, spread over the year. */
export type BigCustomer = { readonly tenantId: string; readonly path: string }

export const FIRST_DAY = '2025-01-01'
const YEAR_MS = 365 * 86_400_000
const PER_STATEMENT = 250_000
/** One call in eight is the big customer's. */
const SHARE = 8

/** An id made of a text; version 8, made by no clock. */
const uuid = (text: string): string => `overlay(overlay(md5(${text}) placing '8' from 13) placing '8' from 17)::uuid`

/** Adds the tenants: every hundredth customer belongs to a small partner, a third of them to a large one. */
async function addTenants(sql: Sql, { customers, provider }: ManyCalls): Promise<void> {
  await sql.unsafe(`
    insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
    select ${uuid(`'partner ' || slug`)}, ${uuid(`'partner ' || slug`)}, '${provider.tenantId}', 'partner',
           '${provider.path}' || slug || '/', slug, slug, '${FIRST_DAY}'
    from unnest(array['large-partner', 'small-partner']) as slug`)
  await sql.unsafe(`
    insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
    select ${uuid(`'customer ' || at`)}, ${uuid(`'customer ' || at`)},
           coalesce(partner.id, '${provider.tenantId}'),
           'customer',
           coalesce(partner.path, '${provider.path}') || 'c' || at || '/', 'Customer ' || at, 'c' || at, '${FIRST_DAY}'
    from generate_series(0, ${customers - 1}) as at
    left join tenant as partner on partner.slug = case
      when at % 100 = 7 then 'small-partner' when at % 3 = 1 then 'large-partner' end`)
}

/** One portion of the records: ids in the order of time, as the house makes them. */
function portion({ rows, customers }: ManyCalls, from: number, to: number): string {
  const stepMs = YEAR_MS / rows
  return `
    insert into cdr
      (id, tenant_id, call_id, person_id, direction, class, from_number, from_name, to_number, to_name, started_at,
       ringing_at, answered_at, ended_at, occurred_at, duration_seconds, ended_by, hangup_cause, sip_status, estimated,
       sip_call_id, quality, charge_micros, currency, charge_reason, billed_seconds, prefix, destination_name,
       explanation, stored_at)
    select (lpad(to_hex((1735689600000 + n * ${stepMs})::bigint), 12, '0') || '7' || substr(mark, 1, 3) || '8'
             || substr(mark, 4, 15))::uuid,
           ${uuid(`'customer ' || customer`)}, 'call-' || n, ${uuid(`'person ' || n % 5 || ' ' || customer`)},
           'outbound', 'domestic', '+14165550' || lpad((n % 1000)::text, 3, '0'), 'Front desk',
           '+1613555' || lpad((n % 10000)::text, 4, '0'), '', moment - interval '9 s', moment - interval '6 s', moment,
           moment + seconds * interval '1 s', moment, seconds, 'caller', 'normal', 200, false, mark || '@phone',
           '[{"leg":"caller","packets":3000,"lost":0,"jitterMs":2}]', seconds * 200, 'CAD', 'rated', seconds, '1613',
           'Canada - Ontario', '["Canada - Ontario: prefix 1613, outbound, domestic"]',
           moment + seconds * interval '1 s'
    from generate_series(${from}::bigint, ${to - 1}::bigint) as n
    cross join lateral (
      select case when n % ${SHARE} = 0 then 0 else 1 + abs(hashint8(n)) % ${customers - 1} end as customer,
             md5(n::text) as mark, timestamptz '${FIRST_DAY}Z' + n * interval '${stepMs} ms' as moment,
             (6 + abs(hashint8(n + 7)) % 600) as seconds
    ) as drawn`
}

/** Fills the table; its secondary indexes are built afterwards, as a restore does. Returns the big customer. */
export async function makeManyCalls(sql: Sql, calls: ManyCalls): Promise<BigCustomer> {
  await addTenants(sql, calls)
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = 'cdr' and indexname not in (select conname from pg_constraint)`
  await sql`set maintenance_work_mem = '512MB'`
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`)
  for (let from = 0; from < calls.rows; from += PER_STATEMENT) {
    await sql.unsafe(portion(calls, from, Math.min(calls.rows, from + PER_STATEMENT)))
  }
  for (const { definition } of indexes) await sql.unsafe(definition)
  await sql`vacuum analyze cdr`
  await sql`analyze tenant`
  const [big] = await sql<BigCustomer[]>`
    select id as "tenantId", path from tenant where name = 'Customer 0'`
  return big!
}
