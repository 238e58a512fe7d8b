/** Rows for tests of the database itself: a small tree with something in most of its corners. */

import { newId, virtualClock } from '../../base/index.ts'
import type { Sql } from './column-types.ts'

const START = 1_764_000_000_000

/** Provider, customer, person, login with a session, product, subscription, extension; audit, job and mail. */
export async function plantSmallHouse(ownerSql: Sql): Promise<{ provider: string; acme: string; beta: string }> {
  const clock = virtualClock(START)
  const at = START
  const [provider, acme, beta, person, login, product, subscription] = Array.from({ length: 7 }, () => newId(clock))
  for (const [id, parent, kind, path, name] of [
    [provider, null, 'provider', 'nw/', 'Northwind Voice'],
    [acme, provider, 'customer', 'nw/acme/', 'Acme\\ "Dental"\tof Ünïcode\n'],
    [beta, provider, 'customer', 'nw/beta/', 'Beta'],
  ] as const) {
    await ownerSql`
      insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
      values (${id!}, ${id!}, ${parent ?? null}, ${kind}, ${path}, ${name}, ${path.split('/').at(-2)!}, ${at})`
  }
  for (const [id, code] of [
    [acme, 'NV-100'],
    [beta, 'NV-200'],
  ] as const) {
    await ownerSql`
      insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
      values (${id!}, ${code}, 'CA', '416', 'America/Toronto', 'active', ${at})`
  }
  await ownerSql`
    insert into person (id, tenant_id, name, email, status, created_at)
    values (${person!}, ${acme!}, 'Ann', 'ann@acme.example', 'active', ${at})`
  await ownerSql`
    insert into login (id, tenant_id, login, email, name, role, person_id, created_at)
    values (${login!}, ${acme!}, 'ann', 'ann@acme.example', 'Ann', 'customer_admin', ${person!}, ${at})`
  await ownerSql`
    insert into session (id, tenant_id, login_id, token_hash, created_at, last_seen_at, idle_expires_at, expires_at,
                         source_address, user_agent)
    values (${newId(clock)}, ${acme!}, ${login!}, ${Buffer.alloc(32, 7)}, ${at}, ${at + 0.125}, ${at}, ${at},
            '::1', '')`
  await ownerSql`
    insert into product (id, tenant_id, code, name, kind, currency, monthly_micros, setup_micros, status, created_at)
    values (${product!}, ${provider!}, 'seat', 'Seat', 'extension', 'CAD', 19990000, 0, 'offered', ${at})`
  await ownerSql`
    insert into subscription (id, tenant_id, product_id, started_on, monthly_micros, currency, created_at)
    values (${subscription!}, ${acme!}, ${product!}, '2025-11-24', 19990000, 'CAD', ${at})`
  await ownerSql`
    insert into extension (id, tenant_id, number, name, person_id, subscription_id, status, created_at)
    values (${newId(clock)}, ${acme!}, '201', 'Ann', ${person!}, ${subscription!}, 'active', ${at})`
  for (const [tenantId, action] of [
    [acme, 'test.first'],
    [acme, 'test.second'],
    [provider, 'test.third'],
  ] as const) {
    await ownerSql`
      insert into audit_entry (id, tenant_id, recorded_at, actor_role, action, subject_kind, after)
      values (${newId(clock)}, ${tenantId!}, ${at}, 'system', ${action}, 'test', '{"b": [1, null], "a": "x"}')`
  }
  await ownerSql`
    insert into job (id, tenant_id, kind, payload, state, run_at, attempts_max, created_at)
    values (${newId(clock)}, ${provider!}, 'test.later', 'null', 'waiting', ${at}, 3, ${at})`
  return { provider: provider!, acme: acme!, beta: beta! }
}
