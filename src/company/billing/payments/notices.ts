/** Mails about money, in the brand's name, to those of a customer who see its bills; written with what they tell of. */

import { epochMsToLocal, formatDecimal, type Currency, type Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { composeMail, sendMail, type MailBlock } from '../../../platform/mail/index.ts'
import { brandOf } from '../../tenant/index.ts'
import type { PaymentParts } from './parts.ts'
import type { PaymentRow } from './read-payments.ts'
import type { Share } from './allocation/spread.ts'

export const paymentInfoPath = '/billing/payment-info'

const brandWords: Readonly<Record<string, string>> = {
  visa: 'Visa',
  visa_debit: 'Visa Debit',
  mastercard: 'Mastercard',
  amex: 'American Express',
}

/** `CAD 12.50`; cents are exact. */
export function moneyText(amountMicros: Micros, currency: Currency): string {
  return `${currency} ${formatDecimal(amountMicros / 10_000n, 2, 2)}`
}

/** `Visa •••• 4242`. */
export function cardText(brand: string, last4: string): string {
  return `${brandWords[brand] ?? brand} •••• ${last4}`
}

type Notice = { readonly subject: string; readonly blocks: readonly MailBlock[]; readonly isSecret?: boolean }

/** Writes to everybody of a tenant who sees its bills; `action` gives a button into the portal. How many there are. */
export async function tellPayer(
  { clock, log, portalUrl }: PaymentParts,
  tx: Tx,
  tenantId: string,
  { subject, blocks, isSecret = false }: Notice,
  action?: { readonly label: string; readonly path: string },
): Promise<number> {
  const brand = await brandOf(tx, tenantId)
  if (!brand) return 0
  const readers = await tx<{ name: string; email: string; path: string }[]>`
    select login.name, login.email, tenant.path from login join tenant on tenant.id = login.tenant_id
    where login.tenant_id = ${tenantId} and login.status = 'active'
      and login.role in ('customer_admin', 'customer_billing', 'partner_admin', 'partner_billing')
    order by login.id limit 20`
  for (const { name, email, path } of readers) {
    const button: MailBlock[] = action
      ? [{ kind: 'action', label: action.label, url: portalUrl(path, action.path) }]
      : []
    const content = composeMail({
      brand,
      subject,
      language: 'en',
      blocks: [{ kind: 'paragraph', text: `Hello ${name},` }, ...blocks, ...button],
    })
    const address = brand.billingEmail || brand.supportEmail || `billing@${brand.host}`
    const from = { name: brand.name, address: brand.senderEmail || address }
    const mail = { ...content, tenantId, from, to: { name, address: email }, replyTo: address, isSecret }
    const sent = await sendMail(tx, clock, mail)
    if (!sent.ok) log.warn('a notice about money has nobody to go to', { code: sent.failure.code })
  }
  return readers.length
}

const paragraph = (text: string): MailBlock => ({ kind: 'paragraph', text })

/** The receipt of a payment: what it was, and what it paid. */
export async function mailReceipt(
  parts: PaymentParts,
  tx: Tx,
  payment: PaymentRow,
  shares: readonly Share[],
): Promise<void> {
  const { tenantId, amountMicros, currency, method, cardBrand, cardLast4, reference, id, receivedAt, createdAt } =
    payment
  const numbers = await tx<{ id: string; number: string }[]>`
    select id, number from invoice where id = any(${shares.map(({ invoiceId }) => invoiceId)}::uuid[])`
  const paid = shares.map((share): [string, string] => [
    `Invoice ${numbers.find((one) => one.id === share.invoiceId)?.number ?? ''}`,
    moneyText(share.amountMicros, currency),
  ])
  const left = amountMicros - shares.reduce((sum, share) => sum + share.amountMicros, 0n)
  const by = method === 'card' && cardBrand !== null ? cardText(cardBrand, cardLast4 ?? '') : method
  await tellPayer(parts, tx, tenantId, {
    subject: `Receipt: ${moneyText(amountMicros, currency)}`,
    blocks: [
      paragraph('we received your payment. Thank you.'),
      {
        kind: 'facts',
        rows: [
          ['Amount', moneyText(amountMicros, currency)],
          ['Paid by', by],
          ['Received', `${epochMsToLocal(receivedAt ?? createdAt, 'UTC')} UTC`],
          ...(reference ? [['Reference', reference] as [string, string]] : []),
          ...paid,
          ...(left > 0n ? [['Credit for your next invoice', moneyText(left, currency)] as [string, string]] : []),
          ['Payment', id],
        ],
      },
    ],
  })
}

/** A payment went back. */
export async function mailReversal(parts: PaymentParts, tx: Tx, payment: PaymentRow, why: string): Promise<void> {
  const { tenantId, amountMicros, currency } = payment
  await tellPayer(
    parts,
    tx,
    tenantId,
    {
      subject: `Your payment of ${moneyText(amountMicros, currency)} was returned`,
      blocks: [
        paragraph(`your bank took back the payment of ${moneyText(amountMicros, currency)}: ${why}.`),
        paragraph('What it had paid is open again.'),
      ],
    },
    { label: 'Pay in another way', path: paymentInfoPath },
  )
}

/** A card could not be charged for an invoice. */
export async function mailDeclined(
  parts: PaymentParts,
  tx: Tx,
  told: {
    readonly tenantId: string
    readonly number: string
    readonly amountMicros: Micros
    readonly currency: Currency
    readonly kind: 'hard' | 'soft' | 'action'
    readonly text: string
    /** `YYYY-MM-DD` of the next attempt. */
    readonly nextOn: string | undefined
    /** Where the cardholder confirms, or pays otherwise. */
    readonly path: string
  },
): Promise<void> {
  const amount = moneyText(told.amountMicros, told.currency)
  const next =
    told.kind === 'action'
      ? 'Your bank asks you to confirm this payment yourself.'
      : told.kind === 'hard' || told.nextOn === undefined
        ? 'We do not try this card again. Please enter another one.'
        : `We try again on ${told.nextOn}. If you enter another card, we try it at once.`
  await tellPayer(
    parts,
    tx,
    told.tenantId,
    {
      subject: `Invoice ${told.number} could not be charged to your card`,
      blocks: [paragraph(`${amount} for invoice ${told.number} could not be charged: ${told.text}`), paragraph(next)],
      isSecret: told.kind === 'action',
    },
    { label: told.kind === 'action' ? 'Confirm the payment' : 'Change the card', path: told.path },
  )
}
