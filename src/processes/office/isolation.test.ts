/**
 * Two customers' users cannot see each other's rows: every operation that is mounted, asked by everybody, with the ids
 * of everybody else. A new operation is covered by being mounted; a new write needs a line in `bodies`.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase, type Sql } from '../../../test/database.ts'
import { newId } from '../../base/index.ts'
import type { Operation } from '../../platform/http/index.ts'
import { permissionsOf } from '../../platform/identity/index.ts'
import { fillCompany, markOf } from './test-company.ts'
import { bodies, queries } from './test-requests.ts'
import { withOffice, type Person, type TestOffice } from './testing.ts'

type Mounted = TestOffice['operations'][number]

/** Reads of the one account of whoever asks, or of the customer that he names. */
const ofOneAccount = new Set(['readPaymentInfo', 'readLimitAdvice'])

const isOpenTo = ({ permission }: Operation, who: Person): boolean =>
  permission === 'public' || permission === 'signed_in' || permissionsOf(who.role).has(permission)
const hasIds = ({ operation }: Mounted): boolean => operation.path.includes('{')
const isWrite = ({ operation }: Mounted): boolean => operation.method !== 'GET'
const isStream = ({ operation }: Mounted): boolean => 'kind' in operation.output && operation.output.kind === 'events'

/** Everything that stands in the database, with whose it is. */
async function allRows(sql: Sql): Promise<{ table: string; id: string; path: string }[]> {
  const tables = await sql<{ name: string }[]>`
    select c.table_name as name
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ('id', 'tenant_id')
    group by c.table_name having count(*) = 2`
  const rows = []
  for (const { name } of tables) {
    rows.push(
      ...(await sql<{ table: string; id: string; path: string }[]>`
        select ${name} as table, it.id::text as id, tenant.path
        from ${sql(name)} it join tenant on tenant.id = it.tenant_id`),
    )
  }
  return rows
}

/** A fingerprint of everything outside a scope, apart from what its owners' own visits leave behind. */
async function fingerprint(sql: Sql, scope: string): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and column_name = 'tenant_id' order by table_name`
  const parts = []
  for (const { name } of tables.filter(
    (one) => !['session', 'job', 'job_schedule', 'outbox_event'].includes(one.name),
  )) {
    const [row] = await sql<{ sum: string }[]>`
      select coalesce(md5(string_agg(row.text, ',' order by row.text collate "C")), '') as sum
      from ${sql(name)} it join tenant on tenant.id = it.tenant_id,
        -- Entries are sealed whenever it happens.
        lateral (select (to_jsonb(it) - 'hash' - 'previous_hash')::text) as row (text)
      where not starts_with(tenant.path, ${scope}) and not starts_with(${scope}, tenant.path)`
    parts.push(`${name} ${row?.sum}`)
  }
  return parts.join('\n')
}

function addressOf({ name, operation }: Mounted, id: string): string {
  return operation.path.replaceAll(/\{\w+\}/g, id) + (queries[name] ?? '')
}

/** How many tables that an operation is not about lend it an id: all in turn, over all operations and people. */
const OTHERS = 5

/** Ids of somebody else's rows: of the table that the address names, and of a few others. */
function wrongIds({ operation }: Mounted, foreign: ReadonlyMap<string, string>, turn: number): [string, string][] {
  const isNamed = (table: string): boolean => operation.path.includes(table.replaceAll('_', '-').slice(0, 6))
  const all = [...foreign]
  const others = Array.from(
    { length: Math.min(OTHERS, all.length) },
    (_, at) => all[(turn * OTHERS + at) % all.length]!,
  )
  return [...new Map([...all.filter(([table]) => isNamed(table)), ...others])]
}

async function codeOf(answer: Response): Promise<string> {
  const text = await answer.text()
  return `${answer.status} ${(JSON.parse(text || '{}') as { code?: string }).code ?? ''}`
}

test('F2 no route shows or changes what belongs to somebody else', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async (bench) => {
      const { ask, people, operations, clock } = bench
      await fillCompany({ db, clock, ownerSql }, bench)
      const rows = await allRows(ownerSql)
      const everybody = [...people.values()]
      const guarded = operations.filter(({ operation }) => operation.permission !== 'public')
      const slugs = ['nw', 'acme', 'birch', 'cedar', 'direct', 'ada', 'bob']

      /** Whether something of this path is outside what a caller may see. */
      const isForeign = (who: Person, path: string): boolean => !path.startsWith(who.tenantPath)
      const foreignMarks = (who: Person): string[] =>
        slugs
          .filter((slug) => {
            if (slug === 'ada' || slug === 'bob') {
              return who.role === 'phone_user'
                ? !who.login.startsWith(slug)
                : !'nw/maple/acme/'.startsWith(who.tenantPath)
            }
            const path = rows.find((row) => row.path.endsWith(`/${slug}/`) || row.path === `${slug}/`)!.path
            return isForeign(who, path)
          })
          .map(markOf)
      const leakIn = (who: Person, text: string): string | undefined =>
        foreignMarks(who).find((mark) => text.includes(mark)) ??
        rows.find((row) => isForeign(who, row.path) && text.includes(row.id))?.table

      await suite.test('whoever is not signed in is told so, and nothing else', async () => {
        for (const one of guarded) {
          const answer = await ask(
            undefined,
            one.operation.method,
            addressOf(one, newId(clock)),
            bodies[one.name]?.({}, 0),
          )
          assert.equal(answer.status, 401, one.name)
          const text = await answer.text()
          assert.ok(!slugs.some((slug) => text.includes(markOf(slug))), one.name)
        }
      })

      await suite.test('a role without the right is refused before anything is looked at', async () => {
        for (const who of everybody) {
          for (const one of guarded.filter(({ operation }) => !isOpenTo(operation, who))) {
            const answer = await ask(who, one.operation.method, addressOf(one, newId(clock)), bodies[one.name]?.({}, 0))
            assert.equal(answer.status, 403, `${who.login} ${one.name}`)
            await answer.body?.cancel()
          }
        }
      })

      await suite.test(
        'lists and pages hold nothing of anybody else, and the provider sees something in each',
        async () => {
          const reads = operations.filter((one) => !isWrite(one) && !hasIds(one) && !isStream(one))
          let shown = 0
          for (const who of everybody) {
            await ask(who, 'POST', '/api/v1/saved-views', { list: 'x', name: 'x', query: '', isShared: false })
            for (const one of reads.filter(({ operation }) => isOpenTo(operation, who))) {
              const answer = await ask(who, 'GET', addressOf(one, ''))
              const text = await answer.text()
              // Who has no account, has none to be shown.
              const isNone = answer.status === 404 && ofOneAccount.has(one.name)
              assert.ok(answer.status === 200 || isNone, `${who.login} ${one.name} ${text}`)
              assert.equal(leakIn(who, text), undefined, `${who.login} ${one.name}`)
              if (slugs.some((slug) => text.includes(markOf(slug)))) shown += 1
              if (who.login === 'provider_admin@nw' && one.name.startsWith('list')) {
                const rowsOf = Object.values(JSON.parse(text) as object).find((value) => Array.isArray(value)) ?? []
                assert.ok(rowsOf.length > 0, `${one.name} is empty: it proves nothing`)
              }
            }
          }
          assert.ok(shown > 30, `only ${shown} answers held rows of the company`)
        },
      )

      await suite.test('an id of somebody else is answered as one that does not exist', async () => {
        const withIds = operations.filter((one) => hasIds(one) && (one.name in bodies || !isWrite(one)))
        let turn = 0
        for (const who of everybody.filter((one) => one.tenantPath !== 'nw/')) {
          const foreign = new Map(rows.filter((row) => isForeign(who, row.path)).map((row) => [row.table, row.id]))
          const nobodys = newId(clock)
          for (const one of withIds.filter(({ operation }) => isOpenTo(operation, who))) {
            const ids = Object.fromEntries(foreign)
            const asked = (id: string) =>
              ask(who, one.operation.method, addressOf(one, id), isWrite(one) ? bodies[one.name]!(ids, 0) : undefined)
            const none = await codeOf(await asked(nobodys))
            for (const [table, id] of wrongIds(one, foreign, turn++)) {
              const answer = await codeOf(await asked(id))
              assert.match(answer, /^(404|422|503)/, `${who.login} ${one.name} ${table}`)
              assert.equal(answer, none, `${who.login} ${one.name} ${table}`)
            }
          }
        }
      })

      await suite.test('what can be read by id is read by whoever may, so that refusals prove something', async () => {
        const admin = people.get('provider_admin@nw')!
        for (const one of operations.filter((op) => !isWrite(op) && /^[^{]*\{id\}$/.test(op.operation.path))) {
          const answers = new Set<number>()
          for (const { id } of new Map(rows.map((row) => [row.table, row])).values()) {
            const answer = await ask(admin, 'GET', addressOf(one, id))
            await answer.body?.cancel()
            answers.add(answer.status)
          }
          assert.deepEqual(answers, new Set([200, 404]), one.name)
        }
      })

      await suite.test('a phone user reads his own calls and no colleague’s', async () => {
        const records = await ownerSql<
          { id: string; personId: string | null }[]
        >`select id, person_id as "personId" from cdr`
        for (const name of ['ada', 'bob'] as const) {
          for (const { id, personId } of records) {
            const answer = await ask(people.get(`${name}@acme`), 'GET', `/api/v1/calls/${id}`)
            await answer.body?.cancel()
            assert.equal(answer.status, personId === bench.persons[name] ? 200 : 404)
          }
        }
      })

      await suite.test('a write that names what is somebody else’s changes nothing of his', async () => {
        const writes = operations.filter((one) => isWrite(one) && !hasIds(one) && one.operation.permission !== 'public')
        let n = 0
        for (const who of everybody.filter((one) => one.tenantPath !== 'nw/')) {
          const foreign = Object.fromEntries(
            rows.filter((row) => isForeign(who, row.path)).map((row) => [row.table, row.id]),
          )
          const before = await fingerprint(ownerSql, who.tenantPath)
          for (const one of writes.filter(({ operation, name }) => isOpenTo(operation, who) && name !== 'signOut')) {
            const body = bodies[one.name]
            assert.ok(body, `${one.name} is a new write: say in \`bodies\` what it is sent`)
            const answer = await ask(who, one.operation.method, addressOf(one, ''), body(foreign, n++))
            const text = await answer.text()
            assert.ok(answer.status < 500, `${who.login} ${one.name} ${text}`)
            assert.equal(leakIn(who, text), undefined, `${who.login} ${one.name}`)
          }
          assert.equal(await fingerprint(ownerSql, who.tenantPath), before, who.login)
        }
      })
    })
  })
})
