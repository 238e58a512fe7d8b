/** The kinds of job that office does. */

import type { JobHandling } from '../../platform/jobs/index.ts'
import { deliverMail, type MailSender } from '../../platform/mail/index.ts'
import { billing } from './billing.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { forgetCallsHandling, sumDaysHandling } from '../../company/ledger/index.ts'
import { deckActivations } from '../../company/catalog/index.ts'
import { paymentHandlings, type PaymentParts } from '../../company/billing/index.ts'
import { forgettingHandling } from './forgetting.ts'
import { recoveryHandling, welcomeHandling, type RecoveryMailParts } from './recovery-mail.ts'

/** Mails are delivered only where there is a server: their jobs wait for it and use up none of their attempts. */
export function jobHandlings(
  parts: RecoveryMailParts & {
    readonly sender: MailSender | undefined
    readonly bus: Bus
    readonly payments: PaymentParts
  },
): readonly JobHandling[] {
  const { db, clock, log, sender } = parts
  return [
    recoveryHandling(parts),
    welcomeHandling(parts),
    forgettingHandling({ db, clock }),
    forgetCallsHandling({ db, clock, log }),
    sumDaysHandling({ db }),
    deckActivations(db, clock),
    ...billing(parts),
    ...paymentHandlings(parts.payments),
    ...(sender ? [deliverMail({ db, clock, sender })] : []),
  ]
}
