/** What payments do without being asked: go on with what is open, charge what is due, chase what is not paid. */

import { handling, jobKind, schedule, type JobHandling, type Schedule } from '../../../platform/jobs/index.ts'
import { advancePayment } from './cards/advance-payment.ts'
import { runAutopay } from './cards/autopay.ts'
import { advanceJob } from './cards/create-payment.ts'
import { tellExpiring } from './cards/expiry.ts'
import { chaseAll } from './dunning/chase.ts'
import { inHouse, type PaymentParts } from './parts.ts'
import { systemActor } from './payment-status.ts'
import { stillOpen } from './errors.ts'
import { postReceived } from './post-payment.ts'
import { payOut } from './refund.ts'

const lookJob = jobKind<Record<string, never>>('payments.look', { attempts: 3, timeLimitMs: 300_000 })
const chaseJob = jobKind<Record<string, never>>('payments.chase', { attempts: 3, timeLimitMs: 600_000 })

const LOOK_SECONDS = 60
const CHASE_SECONDS = 3600
/** Whoever received it is posting it; after this nobody is. */
const STUCK_MS = 60_000
const STUCK_MAX = 500

/** Once a minute and once an hour, for a provider and everybody below it. */
export function paymentSchedules(tenantId: string): readonly Schedule[] {
  return [
    schedule('payments.look', { everySeconds: LOOK_SECONDS }, lookJob, { tenantId, payload: {} }),
    schedule('payments.chase', { everySeconds: CHASE_SECONDS }, chaseJob, { tenantId, payload: {} }),
  ]
}

/** The kinds of job that payments do. */
export function paymentHandlings(parts: PaymentParts): readonly JobHandling[] {
  return [
    handling(advanceJob, async ({ paymentId }) => {
      const advanced = await advancePayment(parts, paymentId)
      if (!advanced.ok) return advanced
      const { status } = advanced.value.payment
      const isOpen = status === 'created' || status === 'processing' || status === 'action'
      return isOpen ? stillOpen : { ok: true }
    }),
    handling(lookJob, async () => {
      await goOn(parts)
      await runAutopay(parts)
    }),
    handling(chaseJob, async () => {
      await chaseAll(parts)
      await tellExpiring(parts)
    }),
  ]
}

/** Posts what was received and not posted, and pays out what was approved and not paid: a process died in between. */
export async function goOn(parts: PaymentParts): Promise<void> {
  const before = parts.clock.now() - STUCK_MS
  const stuck = await inHouse(
    parts,
    (tx) => tx<{ id: string }[]>`
      select id from payment
      where status = 'received' and method = 'card' and received_at < ${before}
      order by received_at limit ${STUCK_MAX}`,
  )
  for (const { id } of stuck) await postReceived(parts, id)
  const refunds = await inHouse(
    parts,
    (tx) => tx<{ id: string }[]>`
      select id from refund where status in ('approved', 'paid_out') and created_at < ${before} limit ${STUCK_MAX}`,
  )
  for (const { id } of refunds) await payOut(parts, id, systemActor)
}
