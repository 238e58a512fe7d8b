import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../../test/database.ts'
import { localToEpochMs, silentLog, virtualClock } from '../../../base/index.ts'
import type { RunningJob } from '../../../platform/jobs/index.ts'
import { plantTree } from '../../tenant/testing.ts'
import { openTicket } from '../tickets/open-ticket.ts'
import { setUpSupport } from './set-up.ts'
import { sweepHandling } from './sweep.ts'

const at = (text: string): number => localToEpochMs(text, 'America/Toronto')!
const running = { signal: new AbortController().signal } as RunningJob

test('promises are broken at their due instant, whatever happened to processes and clocks meanwhile', async () => {
  await withTestDatabase(async ({ openDb }) => {
    const clock = virtualClock(at('2026-11-09 10:00'))
    const db = await openDb('office', { clock })
    const tree = await plantTree(db, clock)
    await db.asService((tx) =>
      setUpSupport(tx, clock, {
        tenantId: tree.provider.tenantId,
        zone: 'America/Toronto',
        currency: 'USD',
        emergencyNumber: '',
      }),
    )
    const open = (tenantId: string, severity: 'critical' | 'normal') =>
      db.as({ tenantPath: 'nw/' }, (tx) =>
        openTicket(tx, clock, {
          tenantId,
          channel: 'portal',
          category: 'billing',
          severity,
          subject: 'An invoice',
          description: 'The invoice shows a line twice',
          requester: { id: undefined, name: 'Ada', email: 'ada@acme.example' },
          contactNumber: '1',
          affected: '',
          zone: 'America/Toronto',
        }),
      )
    const sweep = () => sweepHandling({ db, clock, log: silentLog }).handle({}, running)
    const breaches = () =>
      db.asService(
        (tx) => tx<{ metric: string; dueAt: number }[]>`
        select metric, due_at as "dueAt" from sla_breach order by due_at, metric`,
      )
    const topics = () =>
      db.asService(
        (tx) => tx<{ topic: string; n: number }[]>`
        select topic, count(*)::int as n from outbox_event where topic like 'ticket.%' group by topic order by topic`,
      )
    await open(tree.acme.tenantId, 'normal')
    await open(tree.maple.tenantId, 'normal')
    clock.advance(2 * 3_600_000)
    await sweep()
    assert.equal((await breaches()).length, 0)
    assert.equal((await topics()).find(({ topic }) => topic === 'ticket.warning')?.n, 2)
    // Nobody looked for two days, and the clock on the wall was set forward.
    clock.setWall(50 * 3_600_000)
    await sweep()
    await sweep()
    assert.deepEqual(
      (await breaches()).map(({ metric, dueAt }) => [metric, dueAt]),
      [
        ['response', at('2026-11-09 14:00')],
        ['response', at('2026-11-09 14:00')],
        ['resolution', at('2026-11-09 18:00')],
      ],
    )
    assert.equal((await topics()).find(({ topic }) => topic === 'ticket.breached')?.n, 3)
  })
})
