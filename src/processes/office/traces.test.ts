import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { silentLog } from '../../base/index.ts'
import { openTrace } from '../../network/trace/index.ts'
import { fillCompany, markOf } from './test-company.ts'
import { withOffice } from './testing.ts'

type Ladder = {
  readonly legs: string[]
  readonly isPartial: boolean
  readonly arrows: { label: string; text: string }[]
}

const text = (line: string, callId: string): Buffer =>
  Buffer.from(`${line}\r\nCall-ID: ${callId}\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`)

test('R100 each sees the ladder of the own legs, staff all of them, and every look is in the audit', async () => {
  await withTestDatabase(async ({ ownerSql, openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async (bench) => {
      const { ask, people, tree, clock } = bench
      await fillCompany({ db, clock, ownerSql }, bench)
      const trace = openTrace({ folder: bench.traceFolder, clock, log: silentLog })
      const at = { at: clock.now(), protocol: 'udp', local: { address: '192.0.2.1', port: 5060 } } as const
      const peer = (port: number) => ({ ...at, remote: { address: '192.0.2.7', port } })
      trace.record({ ...peer(1), direction: 'in', bytes: text('INVITE sip:2@x SIP/2.0', 'leg-a') })
      trace.beginLeg(markOf('acme'), 'leg-a', tree.acme.tenantId)
      trace.record({ ...peer(2), direction: 'out', bytes: text('INVITE sip:2@y SIP/2.0', 'leg-b') })
      trace.beginLeg(markOf('acme'), 'leg-b', undefined)
      await trace.close()
      const [record] = await ownerSql<{ id: string }[]>`
        select id from cdr where call_id = ${markOf('acme')} and tenant_id = ${tree.acme.tenantId}`
      const look = async (login: string, id: string): Promise<{ status: number; ladder: Ladder }> => {
        const answer = await ask(people.get(login), 'GET', `/api/v1/calls/${id}/ladder`)
        return { status: answer.status, ladder: (await answer.json()) as Ladder }
      }
      for (const id of [record!.id, markOf('acme')]) {
        const staff = await look('provider_noc@nw', id)
        assert.deepEqual([staff.ladder.legs, staff.ladder.isPartial], [['leg-a', 'leg-b'], false])
        assert.deepEqual(
          staff.ladder.arrows.map((arrow) => arrow.label),
          ['INVITE', 'INVITE'],
        )
        for (const login of ['customer_admin@acme', 'partner_admin@maple']) {
          const own = await look(login, id)
          assert.deepEqual([own.ladder.legs, own.ladder.isPartial], [['leg-a'], true])
          assert.ok(!own.ladder.arrows.some((arrow) => arrow.text.includes('leg-b')))
        }
        for (const login of ['customer_admin@birch', 'partner_admin@lake']) {
          assert.equal((await look(login, id)).status, 404)
        }
        assert.equal((await look('customer_billing@acme', id)).status, 403)
      }
      const capture = await ask(people.get('customer_admin@acme'), 'GET', `/api/v1/calls/${record!.id}/pcap`)
      assert.equal(capture.headers.get('content-type'), 'application/vnd.tcpdump.pcap')
      assert.equal(Buffer.from(await capture.arrayBuffer()).readUInt32LE(0), 0xa1b2c3d4)
      const audits = await ownerSql<{ action: string; n: number }[]>`
        select action, count(*)::int as n from audit_entry where subject_kind = 'call' group by action order by action`
      assert.deepEqual(
        audits.map((row) => [row.action, row.n]),
        [
          ['downloadPcap', 1],
          ['readLadder', 6],
        ],
      )
    })
  })
})
