/** How customers of a played month pay: most in time, some late, some after a card was declined, a few never. */

import { newId, type VirtualClock } from '../../base/index.ts'
import { postPayment } from '../../company/ledger/index.ts'
import { moveInvoices } from '../../company/billing/index.ts'
import type { Draw } from '../../world/draw.ts'
import type { PlayHouse } from './house.ts'

export type Payers = {
  /** Lets those pay whose day it is. */
  payOn(day: number): Promise<void>
  readonly counts: { payments: number; failures: number; paidMicros: bigint }
}

type Due = {
  readonly id: string
  readonly accountId: string
  readonly totalMicros: bigint
  payAt: number
  fails: number
}

const DAY_MS = 86_400_000
const system = { id: undefined, role: 'system' }

/** Chance decides once for each invoice. */
export function createPayers(house: PlayHouse, clock: VirtualClock, draw: Draw): Payers {
  const due: Due[] = []
  let seen = -1
  const counts = { payments: 0, failures: 0, paidMicros: 0n }
  const look = async (now: number): Promise<void> => {
    const rows = await house.office.as(
      { tenantPath: house.tenantPath },
      (tx) => tx<{ id: string; accountId: string; totalMicros: bigint; issuedAt: number }[]>`
      select invoice.id, account_id as "accountId", total_micros as "totalMicros", issued_at as "issuedAt"
      from invoice where status in ('issued', 'overdue') and issued_at > ${seen} and kind = 'customer'
      order by seller_id in (select id from tenant where kind = 'provider') desc, number`,
    )
    for (const { issuedAt, ...row } of rows) {
      seen = Math.max(seen, issuedAt)
      const never = draw.chance(4)
      const days = draw.chance(80) ? draw.between(1, 12) : draw.between(15, 25)
      const fails = draw.chance(12) ? draw.between(1, 3) : 0
      if (!never && row.totalMicros > 0n) due.push({ ...row, payAt: now + days * DAY_MS, fails })
    }
  }
  return {
    counts,
    async payOn(day) {
      await look(day)
      for (const one of due.filter(({ payAt }) => payAt <= day)) {
        if (one.fails > 0) {
          one.fails -= 1
          one.payAt = day + 2 * DAY_MS
          counts.failures += 1
          continue
        }
        due.splice(due.indexOf(one), 1)
        await pay(house, clock, one)
        counts.payments += 1
        counts.paidMicros += one.totalMicros
      }
    },
  }
}

/** "For ease of accounting, just pay the invoice total": so they do. */
async function pay(house: PlayHouse, clock: VirtualClock, { id, accountId, totalMicros }: Due): Promise<void> {
  const request = { postingId: newId(clock), accountId, amountMicros: totalMicros, occurredAt: clock.now() }
  const answer = await house.bus.request('charge', postPayment, { ...request, reason: 'card', createdBy: undefined })
  if (!answer.ok || !answer.value.ok) return
  await house.office.as({ tenantPath: house.tenantPath }, (tx) =>
    moveInvoices(tx, clock, { ids: [id], to: 'paid', actor: system, reason: 'the customer paid the invoice' }),
  )
}
