/** Tickets through the API: asked, answered, escalated; who sees what; what the clocks and the house say. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduler } from 'node:timers/promises'
import { withTestDatabase } from '../../../test/database.ts'
import { newId } from '../../base/index.ts'
import { faultsOfMachine } from '../../platform/transitions/index.ts'
import { ticketMachine } from '../../company/support/index.ts'
import { fillCompany } from './test-company.ts'
import { withOffice, type Person, type TestOffice } from './testing.ts'

type Ticket = {
  id: string
  number: string
  state: string
  severity: string
  standing: string
  needs: string[]
  isBreached: boolean
  entries: { id: string; kind: string; body: string }[]
  clocks: { metric: string; state: string; dueAt: string | null }[]
  samples: { cdrId: string | null; missing: string[]; finding: { causes: { code: string }[] } | null }[]
  attachments: { id: string; name: string }[]
  links: { id: string; kind: string }[]
}

test('the machine of tickets has no faults', () => assert.deepEqual(faultsOfMachine(ticketMachine), []))

test('tickets', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async (bench) => {
      await fillCompany({ db, clock: bench.clock, ownerSql }, bench)
      const desk = talker(bench)
      const customer = bench.people.get('customer_admin@acme')!
      const partner = bench.people.get('partner_admin@maple')!
      const staff = bench.people.get('provider_noc@nw')!
      const ada = bench.people.get('ada@acme')!

      await suite.test('R87 R88 R89 what is missing is asked back at once, and a sample finds its call', async () => {
        const short = await desk.open(customer, { subject: 'Help', description: 'It is broken' })
        assert.deepEqual(short.needs, ['contact_number', 'description', 'call_sample'])
        const [, asked] = (await desk.read(customer, short.id)).entries
        assert.match(asked!.body, /source\/caller number, the destination\/called number, and the date and time/)
        const [call] = await ownerSql<{ id: string; at: string }[]>`
          select id, to_char(started_at at time zone 'America/Toronto', 'YYYY-MM-DD HH24:MI') as at
          from cdr where tenant_id = ${bench.tree.acme.tenantId} order by id limit 1`
        const whole = await desk.open(customer, {
          subject: 'They cannot hear us',
          description: `One-way audio. From ext 200 to 416-555-0199 on ${call!.at}`,
          contactNumber: '+14165550101',
        })
        assert.deepEqual(whole.needs, [])
        const read = await desk.read(customer, whole.id)
        assert.equal(read.severity, 'high')
        assert.deepEqual(read.samples[0]!.missing, [])
        assert.notEqual(read.samples[0]!.cdrId, null)
      })

      await suite.test(
        'F12 a sample names the cause of its call within ten seconds, from its own records only',
        async () => {
          const at = bench.clock.now() - 600_000
          const refuse = async (tenantId: string, cause: string) => {
            await ownerSql`
            insert into cdr
              (id, tenant_id, call_id, direction, class, from_number, from_name, to_number, to_name, started_at,
               ended_at, occurred_at, duration_seconds, ended_by, hangup_cause, sip_status, estimated, sip_call_id,
               charge_micros,
               currency, charge_reason, billed_seconds, explanation, stored_at)
            values
              (${newId(bench.clock)}, ${tenantId}, ${cause}, 'outbound', 'domestic', '200', '', '+14165550177', '',
               ${at}, ${at}, ${at}, 0, 'system', ${cause}, 403, false, '', 0, 'CAD', 'unanswered', 0, '[]', ${at})`
          }
          await refuse(bench.tree.acme.tenantId, 'ledger.no_credit')
          await refuse(bench.tree.birch.tenantId, 'ledger.destination_blocked')
          const when = new Intl.DateTimeFormat('sv-SE', {
            timeZone: 'America/Toronto',
            dateStyle: 'short',
            timeStyle: 'short',
          })
          const text = `Appel de poste 200 vers (416) 555 0177 le ${when.format(at)}`
          const { id } = await desk.open(customer, { subject: 'Appel refusé', description: text, contactNumber: '1' })
          const began = process.hrtime.bigint()
          const found = async () => (await desk.read(customer, id)).samples[0]!.finding
          while (!(await found()) && process.hrtime.bigint() - began < 10_000_000_000n) await scheduler.wait(50)
          assert.deepEqual(
            (await found())!.causes.map(({ code }) => code),
            ['no_credit'],
          )
        },
      )

      await suite.test('R90 the queue is in the order of severity, and each desk has its own', async () => {
        await desk.open(customer, {
          subject: 'Set up',
          description: 'How do I set up a queue?',
          category: 'configuration',
        })
        const mine = await desk.list(partner, '')
        const ranks = mine.map(({ severity }) => ['critical', 'high', 'normal', 'low'].indexOf(severity))
        assert.deepEqual(
          ranks,
          ranks.toSorted((a, b) => a - b),
        )
        assert.ok(mine.length >= 4)
        const acme = new Set((await desk.list(customer, '')).map(({ id }) => id))
        assert.ok(
          (await desk.list(staff, '')).every(({ id }) => !acme.has(id)),
          'partners answer their customers',
        )
        assert.ok((await desk.list(staff, '?desk=all')).some(({ id }) => acme.has(id)))
      })

      await suite.test('an answer stops the clock; notes stay with those who wrote them', async () => {
        const { id } = await desk.open(customer, {
          subject: 'Voicemail',
          description: 'My voicemail lost its greeting',
        })
        await desk.say(partner, id, { kind: 'internal', body: 'known since Monday' })
        let seen = await desk.read(partner, id)
        assert.equal(seen.clocks.find(({ metric }) => metric === 'response')!.state, 'running')
        await desk.say(partner, id, { body: 'Please try again now.', to: 'waiting_customer' })
        seen = await desk.read(partner, id)
        assert.equal(seen.clocks.find(({ metric }) => metric === 'response')!.state, 'stopped')
        assert.equal(seen.state, 'waiting_customer')
        const has = async (who: Person) => (await desk.read(who, id)).entries.some(({ kind }) => kind === 'internal')
        assert.deepEqual([await has(partner), await has(customer), await has(staff)], [true, false, false])
        await desk.say(customer, id, { body: 'It works, thank you.' })
        seen = await desk.read(customer, id)
        assert.equal(seen.state, 'open')
        await desk.ok(customer, `${id}/state`, { to: 'solved', reason: 'it works' })
        await desk.ok(customer, `${id}/satisfaction`, { stars: 5 })
        assert.equal((await desk.read(customer, id)).state, 'solved')
      })

      await suite.test(
        'waiting for the customer needs words to him; a requester moves nothing that is not his',
        async () => {
          const { id } = await desk.open(customer, { subject: 'Queue', description: 'The queue does not ring anybody' })
          assert.equal(
            await desk.code(partner, `${id}/entries`, { kind: 'internal', body: 'x', to: 'waiting_customer' }),
            'support.needs_text',
          )
          assert.equal(
            await desk.code(partner, `${id}/state`, { to: 'waiting_customer', reason: 'x' }),
            'support.not_allowed',
          )
          assert.equal(await desk.code(customer, `${id}/state`, { to: 'spam', reason: 'x' }), 'support.not_allowed')
          assert.equal(await desk.code(customer, `${id}/fields`, { severity: 'low' }), 'support.not_allowed')
          await desk.ok(customer, `${id}/fields`, { severity: 'high' })
          assert.equal(await desk.code(customer, `${id}/fields`, { severity: 'critical' }), 'support.not_allowed')
          assert.equal(await desk.code(partner, `${id}/fields`, { severity: 'low' }), 'support.not_allowed')
          await desk.ok(partner, `${id}/fields`, { severity: 'low', reason: 'it is a question' })
        },
      )

      await suite.test('a reply that has not seen the newest answer is refused once, with who wrote it', async () => {
        const { id } = await desk.open(customer, { subject: 'Fax', description: 'The fax line does not answer' })
        const seenId = (await desk.read(partner, id)).entries.at(-1)!.id
        await desk.say(staff, id, { body: 'We look at it.', lastSeenEntryId: seenId })
        const late = await desk.post(partner, `${id}/entries`, { body: 'We look at it too.', lastSeenEntryId: seenId })
        assert.equal(late.status, 409)
        assert.match(await late.text(), /support\.stale_reply.*provider_noc/s)
      })

      await suite.test('R94 R123 a partner hands on what he cannot solve; notes do not cross', async () => {
        const { id } = await desk.open(customer, {
          subject: 'No calls',
          description: 'We cannot make calls since noon',
        })
        await desk.say(partner, id, { kind: 'internal', body: 'our secret' })
        const handed = await desk.post(partner, `${id}/hand-on`, { summary: 'Carrier trouble?', contactNumber: '1' })
        assert.equal(handed.status, 200)
        const { id: above } = (await handed.json()) as { id: string }
        const provider = await desk.read(staff, above)
        assert.equal(provider.standing, 'agent')
        assert.ok(!JSON.stringify(provider).includes('our secret'))
        assert.deepEqual(provider.links, [{ ...provider.links[0], id, kind: 'escalated' }])
        assert.equal((await desk.read(partner, above)).standing, 'requester')
        assert.equal((await desk.post(customer, `${above}/entries`, { body: 'x' })).status, 404)
      })

      await suite.test('merged tickets go on as one; files are kept and given back', async () => {
        const file = { name: '../trace.pcap', mediaType: 'application/octet-stream', content: 'aGVsbG8=' }
        const one = await desk.open(customer, {
          subject: 'Noise',
          description: 'There is a noise',
          attachments: [file],
        })
        const two = await desk.open(customer, { subject: 'Noise again', description: 'There is a noise again' })
        await desk.ok(partner, `${two.id}/merge`, { intoId: one.id })
        const merged = await desk.read(customer, two.id)
        assert.equal(merged.state, 'merged')
        assert.ok(merged.clocks.every(({ state }) => state === 'void'))
        const [attached] = (await desk.read(partner, one.id)).attachments
        assert.equal(attached!.name, '.._trace.pcap')
        const given = await bench.ask(partner, 'GET', `${root}/${one.id}/attachments/${attached!.id}`)
        assert.equal(await given.text(), 'hello')
      })

      await suite.test(
        'R111 R112 61 minutes of the customer’s fault are 250.00 on the bill, a carrier’s fault takes it back',
        async () => {
          const { id } = await desk.open(bench.people.get('customer_admin@direct')!, {
            subject: 'At night',
            description: 'Our own router was broken at night',
          })
          const lead = bench.people.get('provider_admin@nw')!
          // A Saturday.
          const work = { startedAt: '2025-11-22T03:00:00Z', stoppedAt: '2025-11-22T04:01:00Z' }
          await desk.ok(staff, `${id}/work`, work)
          const bill = async () =>
            (
              await ownerSql<{ sum: bigint }[]>`
            select coalesce(sum(amount_micros), 0)::bigint as sum from one_off_charge
            where tenant_id = ${bench.tree.direct.tenantId}`
            )[0]!.sum
          await desk.ok(lead, `${id}/fee`, { fault: 'customer', reason: 'his own router' })
          assert.equal(await bill(), 250_000_000n)
          await desk.ok(lead, `${id}/fee`, { fault: 'carrier', reason: 'it was the line after all' })
          assert.equal(await bill(), 0n)
          const audit = await bench.ask(lead, 'GET', `/api/v1/audit?subjectId=${id}`)
          assert.match(await audit.text(), /it was the line after all/)
          assert.equal(await desk.code(staff, `${id}/fee`, { fault: 'provider', reason: 'mine' }), 'http.not_allowed')
        },
      )

      await suite.test('a phone user sees what he asked himself', async () => {
        const own = await desk.open(ada, { subject: 'My phone', description: 'My phone shows the wrong name' })
        assert.deepEqual(
          (await desk.list(ada, '')).map(({ id }) => id),
          [own.id],
        )
      })

      await suite.test('a broken promise is found, and stays', async () => {
        const { id } = await desk.open(customer, { subject: 'Late', description: 'Nobody answers this one' })
        await ownerSql.unsafe('alter table sla_event disable trigger append_only')
        await ownerSql`update sla_event set at = at - interval '60 days' where ticket_id = ${id}`
        await desk.ok(partner, `${id}/fields`, { severity: 'high' })
        assert.ok((await desk.read(partner, id)).isBreached)
        const board = (await (await bench.ask(partner, 'GET', '/api/v1/support/board')).json()) as { breached: number }
        assert.equal(board.breached, 1)
      })

      await suite.test('the simulation answers the worked case of a Friday evening', async () => {
        const open = [['09:00', '19:00']]
        const target = { responseSeconds: 3600, resolutionSeconds: 28_800 }
        const answer = await bench.ask(partner, 'POST', '/api/v1/support/sla/simulate', {
          calendar: { zone: 'America/Toronto', hours: { mon: open, tue: open, wed: open, thu: open, fri: open } },
          targets: { critical: target, high: target, normal: target, low: target },
          events: [{ kind: 'created', at: '2026-11-06T18:30:00-05:00', severity: 'normal' }],
        })
        const { clocks } = (await answer.json()) as {
          clocks: { dueAt: string; computation: { counted: unknown[] }[] }[]
        }
        assert.equal(clocks[0]!.dueAt, '2026-11-09T14:30:00.000Z')
        assert.equal(clocks[0]!.computation[0]!.counted.length, 2)
      })
    })
  })
})

const root = '/api/v1/support/tickets'

function talker({ ask }: TestOffice) {
  const post = (who: Person, path: string, body: unknown) => ask(who, 'POST', `${root}/${path}`, body)
  return {
    post,
    async ok(who: Person, path: string, body: unknown) {
      const answer = await post(who, path, body)
      assert.ok(answer.ok, await answer.text())
    },
    async say(who: Person, id: string, body: unknown) {
      const answer = await post(who, `${id}/entries`, body)
      assert.equal(answer.status, 200, await answer.clone().text())
    },
    async code(who: Person, path: string, body: unknown) {
      return ((await (await post(who, path, body)).json()) as { code: string }).code
    },
    async open(who: Person, body: unknown) {
      const answer = await ask(who, 'POST', root, body)
      assert.equal(answer.status, 200, await answer.clone().text())
      return (await answer.json()) as { id: string; needs: string[] }
    },
    async read(who: Person, id: string) {
      const answer = await ask(who, 'GET', `${root}/${id}`)
      assert.equal(answer.status, 200, await answer.clone().text())
      return (await answer.json()) as Ticket
    },
    async list(who: Person, query: string) {
      return ((await (await ask(who, 'GET', `${root}${query}`)).json()) as { items: Ticket[] }).items
    },
  }
}
