import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../../test/database.ts'
import { localToEpochMs, newId, virtualClock } from '../../../base/index.ts'
import { plantTree } from '../../tenant/testing.ts'
import { setUpSupport } from '../sla/set-up.ts'
import { openTicket } from '../tickets/open-ticket.ts'
import { considerTicket, hearMessage } from './incident.ts'
import { pageDue, type Page } from './paging.ts'

const at = (text: string): number => localToEpochMs(text, 'America/Toronto')!
const MINUTE = 60_000

test('help after hours', async (suite) => {
  await withTestDatabase(async ({ openDb, ownerSql }) => {
    const clock = virtualClock(at('2026-11-07 02:00'))
    const db = await openDb('office', { clock })
    const tree = await plantTree(db, clock)
    const { tenantId } = tree.provider
    const line = newId(clock)
    await db.asService((tx) =>
      setUpSupport(tx, clock, { tenantId, zone: 'America/Toronto', currency: 'USD', emergencyNumber: '+13055550147' }),
    )
    await ownerSql`insert into oncall_line (tenant_id, extension_id) values (${tenantId}, ${line})`
    for (const [position, name] of ['Ann', 'Bob'].entries()) {
      await ownerSql`
        insert into oncall_person (id, tenant_id, position, name, email)
        values (${newId(clock)}, ${tenantId}, ${position + 1}, ${name}, ${`${name}@nw.example`})`
    }
    const pages: Page[] = []
    const sendPage = (_: unknown, page: Page): Promise<void> => Promise.resolve(void pages.push(page))
    const page = () => db.asService((tx) => pageDue(tx, { clock, sendPage }))
    const hear = (callerNumber: string) =>
      db.asService((tx) =>
        hearMessage(tx, clock, {
          messageId: newId(clock),
          extensionId: line,
          callerNumber,
          callerName: '',
          heardAt: clock.now(),
        }),
      )
    const open = async (
      whose: string,
      contactNumber: string,
      subject: string,
      severity: 'critical' | 'high' = 'high',
    ) => {
      const opened = await db.as({ tenantPath: 'nw/' }, (tx) =>
        openTicket(tx, clock, {
          tenantId: whose,
          channel: 'portal',
          category: 'other',
          severity,
          subject,
          description: 'Nobody can call since midnight',
          requester: { id: undefined, name: 'Ada', email: 'ada@x.example' },
          contactNumber,
          affected: '',
          zone: 'America/Toronto',
        }),
      )
      assert.ok(opened.ok)
      return opened.value.id
    }
    const dueOf = async (ticketId: string): Promise<number | undefined> => {
      const rows = await ownerSql<{ dueAt: number }[]>`
        select due_at as "dueAt" from sla_clock where ticket_id = ${ticketId} and metric = 'response'`
      return rows[0]?.dueAt
    }
    const wordsOf = async (ticketId: string): Promise<string> =>
      (
        await ownerSql<{ body: string }[]>`
        select body from ticket_entry where ticket_id = ${ticketId} order by created_at, id`
      )
        .map(({ body }) => body)
        .join('\n')

    await suite.test('R109 R110 an EMERGENCY ticket alone does not page, and says so at once', async () => {
      const id = await open(tree.lake.tenantId, '6045550100', 'EMERGENCY no calls')
      assert.match(await wordsOf(id), /does not alert the on-call technician. Please call \+13055550147, press 8/)
      await db.asService((tx) => considerTicket(tx, clock, id))
      await page()
      assert.equal(pages.length, 0)
      assert.equal(await dueOf(id), at('2026-11-09 11:00'), 'the standard calendar')
    })

    await suite.test('R107 R108 the message pages at once, with the ticket of whoever called', async () => {
      const id = await open(tree.maple.tenantId, '(416) 555-0101', 'emergency: all down', 'critical')
      clock.advance(10 * MINUTE)
      assert.notEqual(await hear('+14165550101'), undefined)
      await page()
      assert.deepEqual([pages[0]!.to.name, pages[0]!.ticket?.subject], ['Ann', 'emergency: all down'])
      assert.match(await wordsOf(id), /matched with this ticket/)
      assert.equal(await dueOf(id), at('2026-11-07 03:10'), 'around the clock from the message')
    })

    await suite.test(
      'nobody acknowledges: again after five minutes, the next person after ten, then silence',
      async () => {
        for (let minute = 0; minute < 10; minute++) {
          clock.advance(MINUTE)
          await page()
        }
        assert.deepEqual(
          pages.map(({ to }) => to.name),
          ['Ann', 'Ann', 'Bob'],
        )
        await ownerSql`update oncall_incident set state = 'acknowledged', next_page_at = null`
        clock.advance(20 * MINUTE)
        await page()
        assert.equal(pages.length, 3)
      },
    )

    await suite.test('a ticket that comes after its message is matched too; one of another number is not', async () => {
      await hear('+19995550100')
      await page()
      assert.equal(pages.at(-1)!.ticket, undefined)
      clock.advance(30 * MINUTE)
      const id = await open(tree.maple.tenantId, '999 555 0100', 'EMERGENCY again')
      await db.asService((tx) => considerTicket(tx, clock, id))
      assert.match(await wordsOf(id), /matched with this ticket/)
    })

    await suite.test('a customer’s critical ticket of the night pages by itself, once', async () => {
      const before = pages.length
      const id = await open(tree.acme.tenantId, '', 'All phones are down', 'critical')
      await db.asService((tx) => considerTicket(tx, clock, id))
      await db.asService((tx) => considerTicket(tx, clock, id))
      const [row] = await ownerSql<
        { n: number }[]
      >`select count(*)::int as n from oncall_incident where ticket_id = ${id}`
      assert.equal(row!.n, 1)
      assert.equal(pages.length, before)
    })

    await suite.test('a message in another mailbox is nobody’s emergency', async () => {
      const heard = { messageId: newId(clock), extensionId: newId(clock), callerNumber: '', callerName: '', heardAt: 0 }
      assert.equal(await db.asService((tx) => hearMessage(tx, clock, heard)), undefined)
    })
  })
})
