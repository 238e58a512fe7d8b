import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/index.ts'
import {
  askRefund,
  chaseAll,
  decideRefund,
  importStatement,
  postReceived,
  reversePayment,
  setPolicy,
  usualPolicy,
} from '../../src/company/billing/testing.ts'
import { createDraw } from '../../src/world/draw.ts'
import { drawMonth, type Payer } from '../../src/world/bank/statement-corpus.ts'
import { writeCamt } from '../../src/world/bank/statement-files.ts'
import { standing } from './standing.ts'
import { withPaymentHouse, type Customer, type PaymentHouse } from './payment-house.ts'

const DAY_MS = 86_400_000
const clerk = { id: '0198b2c4-0000-7000-8000-000000000001', role: 'provider_billing' }
const second = { id: '0198b2c4-0000-7000-8000-000000000002', role: 'provider_admin' }

async function payersOf(house: PaymentHouse, count: number): Promise<{ customer: Customer; payer: Payer }[]> {
  const made = []
  for (let at = 0; at < count; at++) {
    const customer = await house.newCustomer()
    const ids = [await house.addInvoice(customer, 5650 + at * 1000), await house.addInvoice(customer, 11_300)]
    const invoices = await house.sql<{ number: string; openMicros: bigint }[]>`
      select number, total_micros as "openMicros" from invoice where id = any(${ids}::uuid[]) order by due_at, number`
    const [row] = await house.sql<{ name: string; code: string }[]>`
      select tenant.name, account_code as code from customer join tenant on tenant.id = customer.tenant_id
      where customer.tenant_id = ${customer.tenantId}`
    const name = `${['Birch', 'Cedar', 'Dogwood', 'Elder', 'Fir', 'Gingko'][at]!} Dental`
    await house.sql`update tenant set name = ${name} where id = ${customer.tenantId}`
    const payer = {
      customerId: customer.tenantId,
      name,
      accountNumber: row!.code,
      payerAccount: `77000${at}`,
      invoices,
    }
    made.push({ customer, payer })
  }
  return made
}

test('R64 R67 F30 a statement is imported once; what is certain is posted by a rule that is named', async () => {
  await withPaymentHouse(async (house) => {
    const { parts, sql } = house
    const sellerId = house.house.providerId
    const made = await payersOf(house, 6)
    const draw = createDraw(seededRandom(3))
    const payers = made.map(({ payer }) => payer)
    const month = drawMonth(draw, { payers, count: 24, month: '2026-11', account: '0042', currency: 'CAD' })
    const given = {
      sellerId,
      fileName: 'november.xml',
      source: writeCamt(month),
      mappingId: undefined,
      importedBy: null,
    }
    const first = await importStatement(parts, given)
    assert.deepEqual(first, { ok: true, value: { accounts: 1, lines: 24, added: 24, posted: 0 } })
    const again = await importStatement(parts, given)
    assert.equal(!again.ok && again.failure.code, 'payments.duplicate_file')
    const cut = await importStatement(parts, { ...given, source: given.source.slice(0, 3000) })
    assert.equal(!cut.ok && cut.failure.code, 'bank.truncated')
    const [none] = await sql`select count(*)::int as n from payment`
    assert.equal(none?.['n'], 0, 'nothing is posted by itself')
    await house.parts.db.as({ tenantPath: 'nw/' }, (tx) =>
      setPolicy(tx, sellerId, { ...usualPolicy, automaticPosting: true }, { setBy: clerk.id, at: house.clock.now() }),
    )
    const longer = { ...month, lines: [...month.lines, { ...month.lines[0]!, reference: '202611999999' }] }
    const more = await importStatement(parts, { ...given, source: writeCamt(longer) })
    assert.ok(more.ok)
    assert.deepEqual([more.value.lines, more.value.added], [25, 1], 'lines that came before are known')
    assert.ok(more.value.posted > 0)
    const rows = await sql<{ tenantId: string; reference: string; rule: string; by: string | null }[]>`
      select tenant_id as "tenantId", reference, posted_rule as rule, posted_by as by
      from payment where status = 'posted'`
    const truth = new Map(longer.lines.map((line) => [line.reference, line.customerId]))
    for (const { tenantId, reference, rule, by } of rows) {
      assert.equal(truth.get(reference), tenantId, 'every posted line is right')
      assert.match(rule, /^rule: .*points\)$/)
      assert.equal(by, null)
    }
    assert.equal(rows.length, more.value.posted)
  })
})

test('a cheque that bounced opens its invoices again, and a refund above the limit needs a second person', async () => {
  await withPaymentHouse(async (house) => {
    const { parts, sql } = house
    const [one] = await payersOf(house, 1)
    const { customer } = one!
    const id = '0198b2c4-0000-7000-8000-00000000aaaa'
    await sql`
      insert into payment (id, tenant_id, seller_id, account_id, method, origin, status, amount_micros, currency,
                           reference, created_at, received_at)
      values (${id}, ${customer.tenantId}, ${house.house.providerId}, ${customer.accountId}, 'cheque', 'manual',
              'received', 20000000000, 'CAD', 'cheque 112', ${house.clock.now()}, ${house.clock.now()})`
    const posted = await postReceived(parts, id, { actor: clerk, rule: undefined })
    assert.ok(posted.ok && posted.value.postedBy === clerk.id && posted.value.postedRule === null)
    const again = await postReceived(parts, id, { actor: clerk, rule: undefined })
    assert.ok(again.ok)
    const { ledger, allocated, open } = await standing(house, customer)
    assert.deepEqual(
      { ledger, allocated, open },
      { ledger: 2_000_000, allocated: 16_950, open: 0 },
      'the rest is credit',
    )
    const asked = await askRefund(parts, {
      paymentId: id,
      amountMicros: 9_000_000_000n,
      reason: 'paid twice',
      actor: clerk,
    })
    assert.ok(asked.ok && asked.value.status === 'asked')
    const own = await decideRefund(parts, { refundId: asked.value.id, isApproved: true, actor: clerk })
    assert.equal(!own.ok && own.failure.code, 'payments.second_person')
    const done = await decideRefund(parts, { refundId: asked.value.id, isApproved: true, actor: second })
    assert.equal(done.ok ? done.value.status : done.failure.message, 'done')
    assert.equal((await standing(house, customer)).ledger, 1_100_000)
    const back = await reversePayment(parts, id, { actor: clerk, why: 'NSF' })
    assert.ok(back.ok && back.value.status === 'reversed')
    assert.ok((await reversePayment(parts, id, { actor: clerk, why: 'NSF' })).ok, 'asked twice, done once')
    const after = await standing(house, customer)
    assert.deepEqual([after.ledger, after.allocated, after.open], [0, 0, 16_950])
    const lines = await sql`select 1 from allocation where reverses_id is not null`
    assert.equal(lines.length, 2, 'each line is reversed by one of its own')
  })
})

test('R51 the ladder is climbed on the right days with its notices, and a payment ends it at once', async () => {
  await withPaymentHouse(async (house) => {
    const { parts, sql, clock } = house
    const customer = await house.newCustomer()
    const invoiceId = await house.addInvoice(customer, 5650, 15)
    const reached: string[] = []
    let last = 'current'
    // The days before and after each step, from the first to the last.
    let today = 0
    for (const day of [0, 15, 16, 17, 18, 24, 25, 29, 30, 44, 45, 46]) {
      clock.advance((day - today) * DAY_MS)
      today = day
      await chaseAll(parts)
      const [row] = await sql<{ stage: string; status: string }[]>`
        select stage, account.status from dunning join account on account.id = dunning.account_id
        where account.id = ${customer.accountId}`
      if (row!.stage !== last) reached.push(`${day}: ${row!.stage}, ${row!.status}`)
      last = row!.stage
    }
    assert.deepEqual(reached, [
      '16: overdue, open',
      '18: reminder, open',
      '25: final_notice, open',
      '30: restricted, suspended',
      '45: suspended, suspended',
    ])
    const mails = await sql<{ subject: string }[]>`select subject from mail_message order by created_at, id`
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      [
        'Your invoice is overdue',
        'Reminder: your invoice is overdue',
        'Final notice: your service will be restricted',
        'Outbound calls are blocked',
        'Your service is suspended',
      ],
    )
    assert.ok((await house.payOnce(customer, '4242424242424242', 5650, invoiceId)).ok)
    const [row] = await sql`
      select stage, account.status from dunning join account on account.id = dunning.account_id
      where account.id = ${customer.accountId}`
    assert.deepEqual([row?.['stage'], row?.['status']], ['current', 'open'], 'with the payment, not with the next look')
  })
})
