/**
 * The daily look at every account: who is overdue moves one stage on, with its notice; who has used much of the credit
 * limit is told. "911, inbound and on-net always work": nothing here is asked by such a call.
 */

import { newId, type Micros } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { applyCredit, settleInvoices } from '../allocation/allocate.ts'
import { moneyText, paymentInfoPath, tellPayer } from '../notices.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { payers, type PayerAccount } from '../payer.ts'
import { policyOf } from '../policy.ts'
import { moveDunning, type DunningStage } from './dunning-status.ts'
import { overdueOf, settleDunning } from './settle-dunning.ts'
import { nextStage, stageDue } from './stage-of.ts'

const endings: readonly DunningStage[] = ['restricted', 'suspended', 'terminated']
const PAUSE_MS = 20 * 3_600_000
const WARNINGS = [100, 90, 75] as const

const words: Readonly<Record<Exclude<DunningStage, 'current'>, { subject: string; text: string }>> = {
  overdue: { subject: 'Your invoice is overdue', text: 'an invoice has not been paid by its due date.' },
  reminder: { subject: 'Reminder: your invoice is overdue', text: 'we still miss your payment.' },
  final_notice: {
    subject: 'Final notice: your service will be restricted',
    text: 'if we do not receive your payment, outbound calls will be blocked. Emergency calls always work.',
  },
  restricted: {
    subject: 'Outbound calls are blocked',
    text: 'as your invoice is not paid, paid outbound calls are blocked. Inbound, internal and emergency calls work.',
  },
  suspended: {
    subject: 'Your service is suspended',
    text: 'your service is suspended until you pay, and will be terminated after that. Emergency calls work.',
  },
  terminated: { subject: 'Your service was terminated', text: 'your telephones do not register any more.' },
}

export type Chased = { readonly looked: number; readonly moved: number; readonly told: number }

/** Looks at every account once. */
export async function chaseAll(parts: PaymentParts): Promise<Chased> {
  const accounts = await inHouse(parts, (tx) => payers(tx, null))
  let [moved, told] = [0, 0]
  for (const account of accounts) {
    // An account at a time: a run that dies has done what it did, and goes on with the rest.
    const done = await inHouse(parts, (tx) => chase(parts, tx, account))
    moved += done.moved
    told += done.told
  }
  return { looked: accounts.length, moved, told }
}

type Row = {
  readonly id: string
  readonly stage: DunningStage
  readonly holdUntil: number | null
  readonly toldPercent: number
  readonly movedAt: number | null
}

async function rowOf(tx: Tx, parts: PaymentParts, { tenantId, accountId }: PayerAccount): Promise<Row> {
  const now = parts.clock.now()
  await tx`
    insert into dunning (id, tenant_id, account_id, stage, looked_at)
    values (${newId(parts.clock)}, ${tenantId}, ${accountId}, 'current', ${now})
    on conflict (account_id) do nothing`
  const [row] = await tx<Row[]>`
    select id, stage, hold_until as "holdUntil", told_percent as "toldPercent", moved_at as "movedAt"
    from dunning where account_id = ${accountId} for update`
  return row!
}

async function chase(parts: PaymentParts, tx: Tx, account: PayerAccount): Promise<{ moved: number; told: number }> {
  const { clock } = parts
  const { tenantId, accountId, sellerId, zone, currency } = account
  const now = clock.now()
  await applyCredit(tx, clock, { tenantId, accountId })
  await settleInvoices(tx, clock, { tenantId, accountId })
  const row = await rowOf(tx, parts, account)
  const { oldestDueAt, overdueMicros } = await overdueOf(tx, accountId, now)
  await tx`
    update dunning set oldest_due_at = ${oldestDueAt}, overdue_micros = ${overdueMicros}, looked_at = ${now}
    where id = ${row.id}`
  const told = await warnOfLimit(parts, tx, account, row)
  if (overdueMicros === 0n) {
    await settleDunning(tx, clock, accountId)
    return { moved: 0, told }
  }
  if (row.holdUntil !== null && row.holdUntil > now) return { moved: 0, told }
  const { dunningDays } = await policyOf(tx, sellerId)
  const to = nextStage(row.stage, stageDue(dunningDays, { oldestDueAt, at: now, zone }))
  if (to === undefined || to === 'current') return { moved: 0, told }
  // After days without a look every notice still comes a day before what it warns of.
  if (endings.includes(to) && row.movedAt !== null && now - row.movedAt < PAUSE_MS) return { moved: 0, told }
  await tx`update dunning set moved_at = ${now} where id = ${row.id}`
  const reason = `${moneyText(overdueMicros, currency)} is overdue`
  const moved = await moveDunning(tx, clock, { id: row.id, tenantId, to, reason })
  if (!moved.ok) return { moved: 0, told }
  const { subject, text } = words[to]
  await tellPayer(
    parts,
    tx,
    tenantId,
    {
      subject,
      blocks: [
        { kind: 'paragraph', text },
        { kind: 'facts', rows: [['Overdue', moneyText(overdueMicros, currency)]] },
      ],
    },
    { label: 'Pay now', path: paymentInfoPath },
  )
  return { moved: 1, told }
}

/** "Warn at 75/90/100 %", each once until what is owed falls below it. */
async function warnOfLimit(parts: PaymentParts, tx: Tx, account: PayerAccount, row: Row): Promise<number> {
  const { balanceMicros, creditLimitMicros, tenantId, currency } = account
  const percent = creditLimitMicros > 0n ? usedPercent(balanceMicros, creditLimitMicros) : 0
  const reached = WARNINGS.find((one) => percent >= one) ?? 0
  if (reached === row.toldPercent) return 0
  await tx`update dunning set told_percent = ${reached} where id = ${row.id}`
  if (reached < row.toldPercent) return 0
  const text =
    reached === 100
      ? 'your credit limit is reached: paid calls are refused until you pay. Inbound and emergency calls work.'
      : `you have used ${reached} % of your credit limit.`
  await tellPayer(
    parts,
    tx,
    tenantId,
    {
      subject: reached === 100 ? 'Your credit limit is reached' : `${reached} % of your credit limit is used`,
      blocks: [
        { kind: 'paragraph', text },
        {
          kind: 'facts',
          rows: [
            ['Balance', moneyText(balanceMicros, currency)],
            ['Credit Limit', moneyText(creditLimitMicros, currency)],
          ],
        },
      ],
    },
    { label: 'Payment Info', path: paymentInfoPath },
  )
  return 1
}

function usedPercent(balance: Micros, limit: Micros): number {
  return balance <= 0n ? 0 : Number((balance * 100n) / limit)
}
