/**
 * What a payer is shown: the amount to pay, how the balance comes about, the card, and the other ways to pay. "Why is
 * my balance not $0 after paying my invoice?" is answered with figures that sum to it.
 */

import type { Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { brandOf } from '../../tenant/index.ts'
import { invoicesOf, unappliedOf, type OpenInvoice } from './allocation/open-invoices.ts'
import { cardOf, consentTextOf, type StoredCard } from './cards/methods.ts'
import { payerOf, type PayerAccount } from './payer.ts'
import type { PaymentPolicy } from './policy.ts'

export type PaymentInfo = {
  readonly payer: PayerAccount
  readonly invoices: readonly OpenInvoice[]
  /** "We recommend paying only the invoice total": what is open of the invoices, never the live balance. */
  readonly amountToPayMicros: Micros
  readonly balance: {
    readonly unpaidMicros: Micros
    readonly callsMicros: Micros
    readonly otherMicros: Micros
    readonly creditMicros: Micros
    readonly balanceMicros: Micros
    readonly since: number | null
  }
  readonly card: StoredCard | undefined
  readonly consentText: string
  readonly instructions: {
    readonly mailbox: string
    readonly answer: string
    readonly note: string
    readonly postalAddress: string
    readonly payee: string
  }
  readonly stage: string
}

/** Everything at one instant; undefined when the tenant has no account in sight. */
export async function readPaymentInfo(
  tx: Tx,
  tenantId: string,
  policy: PaymentPolicy,
): Promise<PaymentInfo | undefined> {
  const payer = await payerOf(tx, tenantId)
  if (!payer) return undefined
  const { accountId, balanceMicros } = payer
  const invoices = await invoicesOf(tx, accountId)
  const unpaidMicros = invoices.reduce((sum, { openMicros }) => sum + openMicros, 0n)
  const creditMicros = (await unappliedOf(tx, accountId)).reduce((sum, { leftMicros }) => sum + leftMicros, 0n)
  const [cutoff] = await tx<{ at: number | null }[]>`
    select max(window_to) as at from invoice where account_id = ${accountId} and status not in ('draft', 'void')`
  const since = cutoff?.at ?? null
  const [calls] = await tx<{ micros: Micros }[]>`
    select coalesce(sum(charge_micros), 0)::bigint as micros from cdr
    where tenant_id = ${tenantId} and charge_micros > 0
      ${
        since === null
          ? tx``
          : tx`and (occurred_at >= ${since} or assigned_period > (
        select max(period_to) from invoice where account_id = ${accountId} and status not in ('draft', 'void')))`
      }`
  const callsMicros = calls!.micros
  const otherMicros = balanceMicros - unpaidMicros - callsMicros + creditMicros
  const brand = await brandOf(tx, tenantId)
  const name = brand?.name ?? ''
  const [dunning] = await tx<{ stage: string }[]>`select stage from dunning where account_id = ${accountId}`
  return {
    payer,
    invoices,
    amountToPayMicros: unpaidMicros,
    balance: { unpaidMicros, callsMicros, otherMicros, creditMicros, balanceMicros, since },
    card: await cardOf(tx, tenantId),
    consentText: consentTextOf(name),
    instructions: {
      mailbox: brand?.billingEmail || brand?.supportEmail || '',
      answer: policy.transferAnswer,
      note: `${payer.name}${payer.accountCode ? `, ${payer.accountCode}` : ''}`,
      postalAddress: brand?.postalAddress ?? '',
      payee: name,
    },
    stage: dunning?.stage ?? 'current',
  }
}
