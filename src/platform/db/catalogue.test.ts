import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { silentLog, systemClock } from '../../base/index.ts'
import { openAdministrator } from './administrator.ts'
import { openDb } from './index.ts'
import { logins, OFFICE_SERVICE, OWNER } from './roles.ts'
import type { Sql } from './column-types.ts'

/** No process may see it at all. */
const ofTheOwner = ['schema_migration']
/** Foreign keys over one column of rows that another tenant may own, each looked at. */
const acrossTenants = [
  // The seller's product on the buyer's subscription.
  'subscription.product_id',
  // Lines of one posting lie on accounts of several owners.
  'ledger_entry.posting_id',
  'registration.sip_user',
  // The seller's prices on the buyer's account.
  'account.rate_deck_id',
  // The seller's plan of the buyer.
  'plan_assignment.plan_id',
  // The seller of an invoice and of a credit note, his run, and whom he gives a price of its own.
  'invoice.seller_id',
  'invoice.run_id',
  'credit_note.seller_id',
  'product_price.buyer_id',
  // The seller that is paid; the customer whose payment a line of the seller's bank became, or may become.
  'payment.seller_id',
  'statement_line.payment_id',
  'payer_fingerprint.customer_id',
  'expected_payment.customer_id',
  'expected_payment.payment_id',
  // The seller's deposit that a customer's cheque went to the bank with.
  'cheque.batch_id',
]
/** Functions that work with the owner's rights, each looked at: they check the scope themselves. */
const lenders = [
  'dialhouse_offers(uuid,text)',
  // What stands on every page anyway, and whether a host name is free.
  'dialhouse_brand_of(uuid)',
  'dialhouse_host_taken(text,uuid)',
  // What was promised to a tenant in scope by whoever answers him.
  'dialhouse_support_desk(uuid)',
  'dialhouse_login_taken(text)',
  // Copies an entry of the audit into the book of who looked through the other's eyes.
  'dialhouse_audit_twice(uuid,uuid)',
  // Lets a stored call lose what is personal, after its period: the rows it may touch are checked by their trigger.
  // Sums of whole days, of everybody: they show no row, and change no call.
  'dialhouse_calls_summed_until()',
  'dialhouse_count_late_call()',
  'dialhouse_uncount_call()',
  'dialhouse_sum_next_day()',
  // Changes the charge of a stored record, and keeps what it was; `charge` alone may ask.
  'dialhouse_assign_period()',
  'dialhouse_recount_call()',
  'dialhouse_revise_charges(jsonb)',
  // Look whether what a batch refers to is there, and keep what is referred to.
  'dialhouse_accounts_known()',
  'dialhouse_tenants_known()',
  'dialhouse_postings_known()',
  'dialhouse_cdrs_known()',
  'dialhouse_account_stays()',
  'dialhouse_tenant_stays()',
  'dialhouse_forget_calls(uuid,timestamp with time zone,timestamp with time zone,integer)',
]

/** What the catalogue says against the rules; each is a way past row-level security. */
async function faultsOf(sql: Sql): Promise<string[]> {
  const tables = await sql<
    {
      name: string
      owner: string
      isProtected: boolean
      isForced: boolean
      policies: string[] | null
      hasTenant: boolean
    }[]
  >`
    select c.relname::text as name, c.relowner::regrole::text as owner, c.relrowsecurity as "isProtected",
           c.relforcerowsecurity as "isForced",
           (select array_agg(polname::text) from pg_policy where polrelid = c.oid) as policies,
           exists (select from pg_attribute where attrelid = c.oid and attname = 'tenant_id' and attnotnull)
             as "hasTenant"
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`
  const faults: string[] = []
  for (const { name, owner, isProtected, isForced, policies, hasTenant } of tables) {
    if (owner !== OWNER) faults.push(`${name} belongs to ${owner}`)
    if (!isProtected || !isForced) faults.push(`${name} has no forced row-level security`)
    if (ofTheOwner.includes(name)) continue
    if (!hasTenant) faults.push(`${name} has no tenant_id that is always there`)
    if (!policies?.includes('tenant_scope')) faults.push(`${name} has no policy tenant_scope`)
  }
  return [...faults, ...(await policyFaults(sql)), ...(await grantFaults(sql)), ...(await keyFaults(sql))]
}

/** A policy says `true` only to the owner and to a service; office's own looks at its scope, reading and writing. */
async function policyFaults(sql: Sql): Promise<string[]> {
  const policies = await sql<
    {
      table: string
      name: string
      roles: string[]
      using: string
      check: string
      command: string
      permissive: boolean
    }[]
  >`
    select polrelid::regclass::text as "table", polname::text as name, polcmd::text as command,
           polpermissive as permissive, pg_get_expr(polqual, polrelid) as using,
           pg_get_expr(polwithcheck, polrelid) as "check",
           (select array_agg(r::regrole::text) from unnest(polroles) r) as roles
    from pg_policy`
  return policies.flatMap(({ table, name, roles, using, check }) => {
    const isScoped = using.includes('dialhouse_scope()') && check.includes('dialhouse_scope()')
    const [role, ...others] = roles
    if (others.length > 0 || !role || role === '-') return [`policy ${name} of ${table} is for ${roles.join(', ')}`]
    if (role === 'dialhouse_office' && !isScoped) return [`policy ${name} of ${table} lets office past its scope`]
    const isService = [OFFICE_SERVICE, 'dialhouse_charge', 'dialhouse_signal', OWNER].includes(role)
    return isService || role === 'dialhouse_office' ? [] : [`policy ${name} of ${table} is for ${role}`]
  })
}

/** Nobody else has a right, and views and functions do not lend the owner's. */
async function grantFaults(sql: Sql): Promise<string[]> {
  const grants = await sql<{ table: string; role: string }[]>`
    select c.relname::text as "table", case when a.grantee = 0 then 'public' else a.grantee::regrole::text end as role
    from pg_class c, aclexplode(c.relacl) a where c.relnamespace = 'public'::regnamespace`
  const known = [OWNER, OFFICE_SERVICE, ...logins]
  const strangers = grants
    .filter(({ role }) => !known.includes(role))
    .map(({ table, role }) => `${table} is open to ${role}`)
  const owned = grants.filter(({ table, role }) => ofTheOwner.includes(table) && role !== OWNER)
  const lending = await sql<{ name: string }[]>`
    select oid::regprocedure::text as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
    union all
    select oid::regclass::text from pg_class
    where relnamespace = 'public'::regnamespace and (relkind = 'm' or relkind = 'v'
      and not coalesce(reloptions::text like '%security_invoker=true%', false))`
  const members = await sql<{ role: string }[]>`
    select rolname::text as role from pg_roles
    where rolname = any(${[...logins, OFFICE_SERVICE]})
      and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or pg_has_role(oid, ${OWNER}, 'MEMBER'))`
  return [
    ...strangers,
    ...owned.map(({ table, role }) => `${table} is open to ${role}`),
    ...lending.filter(({ name }) => !lenders.includes(name)).map(({ name }) => `${name} works with its owner's rights`),
    ...members.map(({ role }) => `${role} may do more than its policies say`),
  ]
}

/** A row refers to a row of its own tenant: the key holds tenant_id on both sides, or refers to the tenant itself. */
async function keyFaults(sql: Sql): Promise<string[]> {
  const keys = await sql<{ table: string; columns: string[]; target: string; targets: string[] }[]>`
    select c.relname::text as "table", t.relname::text as target,
           (select array_agg(attname::text order by n) from unnest(k.conkey) with ordinality as u (num, n)
            join pg_attribute on attrelid = k.conrelid and attnum = num) as columns,
           (select array_agg(attname::text order by n) from unnest(k.confkey) with ordinality as u (num, n)
            join pg_attribute on attrelid = k.confrelid and attnum = num) as targets
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and c.relnamespace = 'public'::regnamespace`
  return keys
    .filter(({ table, columns, target, targets }) => {
      const isOwn = columns[targets.indexOf('tenant_id')] === 'tenant_id'
      const isTree = target === 'tenant' && (table === 'tenant' || columns.join() === 'tenant_id')
      return !isOwn && !isTree && !acrossTenants.includes(`${table}.${columns.join()}`)
    })
    .map(({ table, columns, target }) => `${table} (${columns.join(', ')}) may refer to ${target} of another tenant`)
}

test('no table, partition, policy or key lets one tenant at the rows of another', async () => {
  await withTestDatabase(async ({ ownerSql }) => assert.deepEqual(await faultsOf(ownerSql), []))
})

test('the catalogue test finds what it looks for', async () => {
  await withTestDatabase(async ({ ownerSql }) => {
    await ownerSql.unsafe(`
      create table open_table (id uuid primary key, tenant_id uuid not null, login_id uuid references login (id));
      grant select on open_table to public;
      create table half_open (id uuid primary key, tenant_id uuid not null);
      alter table half_open enable row level security;
      alter table half_open force row level security;
      create policy tenant_scope on half_open to dialhouse_office using (true) with check (true);
      create policy everybody on half_open using (true) with check (true);
      create view peep as select * from login;
      create function lend() returns int language sql security definer as 'select 1'`)
    assert.deepEqual(
      new Set(await faultsOf(ownerSql)),
      new Set([
        'open_table has no forced row-level security',
        'open_table has no policy tenant_scope',
        'open_table (login_id) may refer to login of another tenant',
        'open_table is open to public',
        'policy tenant_scope of half_open lets office past its scope',
        'policy everybody of half_open is for -',
        "peep works with its owner's rights",
        "lend() works with its owner's rights",
      ]),
    )
  })
})

test('a process refuses a superuser, a role with BYPASSRLS, and one that may become an owner', async () => {
  await withTestDatabase(async ({ url, openDb: open }) => {
    const admin = await openAdministrator(url)
    assert.ok(admin.ok)
    const { sql } = admin.value
    const options = { url, role: 'office', clock: systemClock(), log: silentLog } as const
    const refusal = async (change: string, undo: string): Promise<string> => {
      await sql.unsafe(change)
      try {
        const db = await openDb(options)
        if (db.ok) await db.value.close()
        return db.ok ? 'started' : `${db.failure.code}: ${db.failure.message}`
      } finally {
        await sql.unsafe(undo)
      }
    }
    const office = 'dialhouse_office'
    const asSuperuser = await refusal(`alter role ${office} superuser`, `alter role ${office} nosuperuser`)
    assert.match(asSuperuser, /^db\.unsafe_role: .*dialhouse_office is a superuser/)
    const bypassing = await refusal(`alter role ${office} bypassrls`, `alter role ${office} nobypassrls`)
    assert.match(bypassing, /^db\.unsafe_role: .*has BYPASSRLS/)
    const owning = await refusal(`grant ${OWNER} to ${office}`, `revoke ${OWNER} from ${office}`)
    assert.match(owning, /^db\.unsafe_role: .*owns the table/)
    await admin.value.close()
    const db = await open('office')
    await assert.rejects(
      db.asService((tx) => tx`select * from schema_migration`),
      /permission denied/,
    )
  })
})
