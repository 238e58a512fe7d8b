/**
 * Card payments that die at a random step, before or after it was done: between the row, the processor, the ledger and
 * the invoice. Then the process lives again, its jobs go on, and messages arrive twice and in any order. Afterwards the
 * processor, the ledger, the payments and the invoices have to say the same.
 */

import assert from 'node:assert/strict'
import { advancePayment, askRefund, goOn, runAutopay } from '../../src/company/billing/testing.ts'
import { seededRandom } from '../../src/base/index.ts'
import { createDraw, type Draw } from '../../src/world/draw.ts'
import { Crash, withPaymentHouse, type Customer, type PaymentHouse } from './payment-house.ts'
import { standing } from './standing.ts'

const CENTS = 11_300
const cards = [
  '4242424242424242',
  '4000056655665556',
  '5555555555554444',
  '378282246310005',
  '4000000000009995',
  '4000000000009987',
] as const

export type FaultTally = {
  points: number
  died: number
  charged: number
  refused: number
  refunded: number
  abandoned: number
}

/** Runs `points` payments, each of which dies somewhere; throws at the first that is not right afterwards. */
export async function dieAnywhere({ points, seed }: { readonly points: number; readonly seed: number }) {
  const tally: FaultTally = { points, died: 0, charged: 0, refused: 0, refunded: 0, abandoned: 0 }
  await withPaymentHouse(async (house) => {
    const draw = createDraw(seededRandom(seed))
    for (let at = 0; at < points; at++) await onePoint(house, draw, tally)
  }, seed)
  return tally
}

async function onePoint(house: PaymentHouse, draw: Draw, tally: FaultTally): Promise<void> {
  const customer = await house.newCustomer()
  const invoiceId = await house.addInvoice(customer, CENTS)
  const isAutomatic = draw.chance(50)
  const number = draw.pick(cards)
  if (isAutomatic) assert.ok((await house.storeCard(customer, number)).ok)
  const step = draw.between(1, 14)
  house.dieAt(step)
  try {
    if (isAutomatic) await runAutopay(house.parts)
    else await house.payOnce(customer, number, CENTS, invoiceId)
    if (draw.chance(30)) await refundLast(house, customer)
  } catch (thrown) {
    if (!(thrown instanceof Crash)) throw thrown
  }
  if (house.steps() >= step) tally.died++
  house.dieAt(0)
  // Messages and jobs come in any order, and messages twice.
  const shuffle = <T>(list: readonly T[]): readonly T[] =>
    list
      .map((one) => [draw.below(1e9), one] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, one]) => one)
  if (draw.chance(50)) await house.deliver((events) => shuffle([...events, ...events]))
  await relive(house, customer)
  await house.deliver((events) => shuffle([...events, ...events]))
  await runAutopay(house.parts)
  await check(house, customer, tally)
  // Whoever still owes something would be looked at again at every later point.
  await house.sql`update invoice set status = 'void' where tenant_id = ${customer.tenantId} and status <> 'paid'`
}

/** What jobs do once the process is there again. */
async function relive(house: PaymentHouse, { tenantId }: Customer): Promise<void> {
  house.clock.advance(120_000)
  const open = await house.sql<{ id: string }[]>`
    select id from payment where tenant_id = ${tenantId} and status in ('created', 'action', 'processing')`
  for (const { id } of open) await advancePayment(house.parts, id)
  await goOn(house.parts)
}

async function refundLast(house: PaymentHouse, { tenantId }: Customer): Promise<void> {
  const [payment] = await house.sql<{ id: string }[]>`
    select id from payment where tenant_id = ${tenantId} and status = 'posted'`
  if (!payment) return
  const actor = { id: tenantId, role: 'provider_billing' }
  await askRefund(house.parts, { paymentId: payment.id, amountMicros: 1_000_000n, reason: 'paid too much', actor })
}

async function check(house: PaymentHouse, customer: Customer, tally: FaultTally): Promise<void> {
  const { intents, refunds } = house.processor.state()
  const [known] = await house.sql<{ ref: string }[]>`
    select customer_ref as ref from gateway_customer where tenant_id = ${customer.tenantId}`
  const mine = [...intents.values()].filter(
    (one) => one.object === 'payment_intent' && one.customer === known?.ref && known !== undefined,
  )
  const taken = mine.filter((one) => one.status === 'succeeded')
  const back = [...refunds.values()].filter((one) => taken.some(({ id }) => id === one.intent))
  const cents = taken.reduce((sum, { amount }) => sum + amount, 0) - back.reduce((sum, { amount }) => sum + amount, 0)
  assert.ok(taken.length <= 1, `charged ${taken.length} times for one invoice`)
  const { posted, ledger, allocated, open } = await standing(house, customer)
  assert.deepEqual({ ledger, posted }, { ledger: cents, posted: cents }, 'processor, payments and ledger agree')
  assert.equal(allocated, cents, 'all of it pays the invoice')
  assert.equal(open, cents === CENTS ? 0 : CENTS)
  if (back.length > 0) tally.refunded++
  if (taken.length > 0) tally.charged++
  else if (mine.length > 0) tally.refused++
  else tally.abandoned++
}
