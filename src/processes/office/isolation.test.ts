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
import { withOffice, type Person, type TestOffice } from './testing.ts'

/** Ids of rows by table. */
type Ids = Readonly<Record<string, string>>
type Mounted = TestOffice['operations'][number]

const place = { callerName: 'x', street: 'x', unit: '', city: 'x', region: 'ON', postalCode: 'M5H 1A1', country: 'CA' }
const plainCustomer = { name: 'x', creditLimitMicros: '0', country: 'CA', areaCode: '416', zone: 'America/Toronto' }

/** What each write is sent, made of somebody else's ids; `undefined` for one without a body. */
const bodies: Readonly<Record<string, (ids: Ids, n: number) => unknown>> = {
  saveView: (_, n) => ({ list: 'x', name: `x${n}`, query: '', isShared: true }),
  deleteView: () => undefined,
  changeMe: () => ({ locale: 'en-CA', zone: 'America/Toronto' }),
  endSession: () => undefined,
  createApiKey: () => ({ name: 'x', role: 'customer_billing' }),
  revokeApiKey: () => undefined,
  endLiveCall: () => undefined,
  reviveJobs: ({ job }) => ({ ids: [job] }),
  createCustomer: ({ tenant }, n) => ({ ...plainCustomer, sellerId: tenant, slug: `x${n}`, accountCode: `X-${n}` }),
  changeCustomerStatus: () => ({ to: 'suspended', reason: 'for no reason' }),
  createPerson: ({ tenant }) => ({ customerId: tenant, name: 'x', email: 'x@x.example' }),
  createExtension: ({ tenant, person }, n) => ({
    customerId: tenant,
    number: `${3000 + n}`,
    name: 'x',
    personId: person,
  }),
  createDevice: ({ tenant, extension }) => ({ customerId: tenant, extensionId: extension, label: 'x' }),
  renewSipPassword: () => undefined,
  assignNumber: ({ tenant, extension }, n) => ({
    customerId: tenant,
    number: `+1416556${1000 + n}`,
    kind: 'did',
    extensionId: extension,
  }),
  routeNumber: ({ extension }) => ({ extensionId: extension }),
  submitEmergencyAddress: ({ tenant, phone_number: number }) => ({
    customerId: tenant,
    phoneNumberId: number,
    ...place,
  }),
  activateEmergencyAddress: () => ({ reason: 'for no reason' }),
  inviteLogin: ({ tenant }, n) => ({ tenantId: tenant, name: 'x', email: `x${n}@x.example`, role: 'customer_billing' }),
  endImpersonation: () => undefined,
  addPasskey: () => ({
    credentialId: 'x',
    clientDataJson: 'x',
    authenticatorData: 'x',
    publicKey: 'x',
    algorithm: -7,
    label: 'x',
  }),
  beginCodes: () => undefined,
  confirmCodes: () => ({ code: '123456' }),
  endCodes: () => undefined,
  inviteAgain: () => undefined,
  changeLogin: () => ({ status: 'locked' }),
  impersonate: () => ({ reason: 'for no reason' }),
  removePasskey: () => undefined,
  changeBrand: () => ({ name: 'x' }),
  setLogo: () => ({ base64: 'iVBORw0KGgo=' }),
  removeLogo: () => undefined,
  setBankDetails: () => ({ rows: [] }),
  revealBankDetails: () => undefined,
  addCarrier: () => ({ name: 'x', host: '127.0.0.1', port: 5071, protocol: 'udp' }),
  addCarrierRoute: () => ({ prefix: '1', priority: 1, kind: 'normal' }),
  importDeck: () => ({ csv: 'prefix\n', activate: true }),
  activateDeck: ({ rate_deck_version: version }) => ({ versionId: version }),
  simulateRating: () => ({}),
  createPlan: () => ({ name: 'x', currency: 'CAD', quotas: [{ name: 'x', amount: '60', prefixes: ['1'] }] }),
  assignPlan: ({ plan }) => ({ planId: plan }),
  testCall: () => ({ to: '+14165550142', durationMs: 60_000 }),
  setCostDeck: () => ({ costDeckId: null }),
  setBelowCostPolicy: () => ({ belowCost: 'refuse' }),
  setRetention: () => ({ callDays: 100, ladderDays: 3 }),
  holdCalls: () => ({ reason: 'for no reason' }),
  releaseCalls: () => undefined,
  postAdjustment: () => ({ amountMicros: '1', reason: 'for no reason' }),
  postPayment: () => ({ amountMicros: '1', reason: 'for no reason' }),
  openCardPage: ({ tenant }) => ({ customerId: tenant }),
  openPayPage: ({ tenant }) => ({ customerId: tenant, amountMicros: '10000' }),
  endMandate: () => undefined,
  announcePayment: ({ tenant }) => ({ customerId: tenant, method: 'eft' }),
  requestLimitReview: ({ tenant }) => ({ customerId: tenant, reason: 'for no reason' }),
  enterPayment: ({ tenant }) => ({
    customerId: tenant,
    method: 'eft',
    amountMicros: '10000',
    reference: 'x',
    valueDate: '2026-01-01',
  }),
  postPaymentNow: () => undefined,
  returnPayment: () => ({ reason: 'for no reason' }),
  reallocatePayment: ({ tenant }) => ({ invoiceId: tenant, reason: 'for no reason' }),
  askRefund: () => ({ amountMicros: '10000', reason: 'for no reason' }),
  decideRefund: () => ({ isApproved: true }),
  importStatement: () => ({ fileName: 'x', content: 'x' }),
  postStatementLine: ({ tenant }) => ({ customerId: tenant }),
  ignoreStatementLine: () => ({ reason: 'for no reason' }),
  saveStatementMapping: (_, n) => ({
    name: `x${n}`,
    mapping: { account: 'x', currency: 'CAD', date: 'x', dateOrder: 'ymd', amount: 'x', remittance: [] },
  }),
  holdDunning: () => ({ until: '2030-01-01T00:00:00Z', reason: 'for no reason' }),
  moveDunning: () => ({ to: 'suspended', reason: 'for no reason' }),
  sendPayLink: () => ({ purpose: 'store' }),
  depositCheques: ({ tenant }) => ({ paymentIds: [tenant], bank: 'x', depositedOn: '2026-01-01' }),
  agreeDebits: () => ({
    place: { country: 'CA', institution: '001', transit: '00001', account: '1234567' },
    consentText: 'I agree to debits of my account every month.',
  }),
  makeDebitFile: () => ({
    dueOn: '2026-01-01',
    originator: {
      format: 'nacha',
      bankRouting: '021000021',
      bankName: 'x',
      companyId: 'x',
      companyName: 'x',
    },
  }),
  setPaymentPolicy: () => ({
    acceptedCards: ['visa'],
    automaticPosting: false,
    refundLimitMicros: '0',
    transferAnswer: '',
    chequeHoldDays: 5,
    returnedFeeMicros: '0',
    dunningDays: { overdue: 1, reminder: 3, final_notice: 10, restricted: 15, suspended: 30, terminated: 60 },
  }),
  setCardGateway: () => ({
    apiUrl: '',
    publishableKey: 'pk_of_nobody',
    secretKey: 'sk_of_nobody',
    webhookSecret: 'whsec_of_nobody',
  }),
  openTicket: ({ tenant }) => ({ customerId: tenant, subject: 'x', description: 'x' }),
  replyToTicket: () => ({ body: 'x' }),
  moveTicket: () => ({ to: 'solved', reason: 'for no reason' }),
  changeTicket: () => ({ severity: 'critical' }),
  mergeTicket: ({ ticket }) => ({ intoId: ticket }),
  handOnTicket: () => ({ summary: 'x' }),
  rateTicket: () => ({ stars: 5 }),
  simulateSla: () => ({}),
  endSubscription: () => ({ isPreview: false }),
  discardInvoice: () => ({ reason: 'for no reason' }),
  changeBillingPolicy: () => ({
    runAt: '06:00',
    zone: 'America/Toronto',
    dueDays: 14,
    invoicePrefix: 'X-',
    issuing: 'approved',
    callsListedMax: 400,
  }),
  registerTax: () => ({ tax: 'GST/HST', number: 'x1', validFrom: '2026-01-01' }),
  startBillingRun: () => ({ day: '2020-01-01' }),
  approveBillingRun: () => undefined,
  setBillingProfile: () => ({ region: 'ON', country: 'CA', postalAddress: 'x', email: 'x@x.example' }),
  chargeOnce: () => ({ amountMicros: '10000', description: 'for no reason' }),
  creditInvoice: () => ({ netMicros: '10000', reason: 'for no reason' }),
  simulateBilling: () => ({ from: '2026-01-01', to: '2026-02-01' }),
  voteOnArticle: () => ({ helpful: false, comment: 'x' }),
  writeArticle: () => ({}),
  publishArticle: () => ({ locale: 'en', number: 1 }),
  finishArticleTask: () => undefined,
  acknowledgeEmergency: () => undefined,
  setOnCall: ({ extension }) => ({ extensionId: extension, people: [{ name: 'x', email: 'x@x.example' }] }),
  logWork: () => ({ startedAt: '2026-01-01T01:00:00Z', stoppedAt: '2026-01-01T02:00:00Z' }),
  settleFee: () => ({ fault: 'carrier', reason: 'for no reason' }),
}

const queries: Readonly<Record<string, string>> = {
  search: '?q=zq',
  listSavedViews: '?list=x',
  listTransactions: '?from=2020-01-01&to=2099-01-01&limit=500',
  downloadTransactions: '?from=2020-01-01&to=2099-01-01',
  readMargin: '?from=2020-01-01&to=2099-01-01',
  downloadMargin: '?from=2020-01-01&to=2099-01-01',
  proveMonth: '?month=2026-01',
  downloadJournal: '?from=2020-01-01&to=2099-01-01',
}

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
              assert.equal(answer.status, 200, `${who.login} ${one.name} ${text}`)
              assert.equal(leakIn(who, text), undefined, `${who.login} ${one.name}`)
              if (slugs.some((slug) => text.includes(markOf(slug)))) shown += 1
              if (who.login === 'provider_admin@nw' && one.name.startsWith('list')) {
                const { items } = JSON.parse(text) as { items: unknown[] }
                assert.ok(items.length > 0, `${one.name} is empty: it proves nothing`)
              }
            }
          }
          assert.ok(shown > 30, `only ${shown} answers held rows of the company`)
        },
      )

      await suite.test('an id of somebody else is answered as one that does not exist', async () => {
        const withIds = operations.filter((one) => hasIds(one) && (one.name in bodies || !isWrite(one)))
        for (const who of everybody.filter((one) => one.tenantPath !== 'nw/')) {
          const foreign = new Map(rows.filter((row) => isForeign(who, row.path)).map((row) => [row.table, row.id]))
          const nobodys = newId(clock)
          for (const one of withIds.filter(({ operation }) => isOpenTo(operation, who))) {
            const ids = Object.fromEntries(foreign)
            const asked = (id: string) =>
              ask(who, one.operation.method, addressOf(one, id), isWrite(one) ? bodies[one.name]!(ids, 0) : undefined)
            const none = await codeOf(await asked(nobodys))
            for (const [table, id] of foreign) {
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
