/** Payments as a table: what came, how, and how far it is. */

import type { Payment } from '../../data/payments.ts'
import type { Column } from '../../ui/data-table.tsx'
import { InstantText, MoneyText } from '../../ui/figures.tsx'
import { StatusChip, type Tone } from '../../ui/status.tsx'
import { oncePerLanguage } from '../../words/language.ts'
import { paymentsTexts } from './payments-texts.ts'

const cardNames: Readonly<Record<string, string>> = {
  visa: 'Visa',
  visa_debit: 'Visa Debit',
  mastercard: 'Mastercard',
  amex: 'American Express',
}

/** `Visa •••• 4242`. */
export function cardName(brand: string, last4: string): string {
  return `${cardNames[brand] ?? brand} •••• ${last4}`
}

const states = oncePerLanguage((): Readonly<Record<Payment['status'], readonly [string, Tone]>> => ({
  created: [paymentsTexts.created, 'neutral'],
  action: [paymentsTexts.action, 'warn'],
  processing: [paymentsTexts.processing, 'info'],
  failed: [paymentsTexts.failed, 'danger'],
  canceled: [paymentsTexts.canceled, 'neutral'],
  received: [paymentsTexts.received, 'info'],
  posted: [paymentsTexts.posted, 'ok'],
  disputed: [paymentsTexts.disputed, 'warn'],
  reversed: [paymentsTexts.reversed, 'danger'],
  refunded: [paymentsTexts.refunded, 'neutral'],
}))

/** How it was paid. */
export function methodText({ method, cardBrand, cardLast4 }: Payment): string {
  if (method === 'card') return cardBrand ? cardName(cardBrand, cardLast4 ?? '') : paymentsTexts.card
  return method === 'other' ? method : paymentsTexts[method]
}

/** A payment's state as a chip. */
function PaymentState({ status }: Pick<Payment, 'status'>) {
  const [word, tone] = states()[status]
  return <StatusChip tone={tone}>{word}</StatusChip>
}

/** The columns that every reader sees. */
export const paymentColumns = oncePerLanguage((): readonly Column<Payment>[] => [
  { id: 'at', head: paymentsTexts.when, phone: 'note', cell: ({ createdAt }) => <InstantText iso={createdAt} /> },
  { id: 'method', head: paymentsTexts.method, phone: 'title', cell: methodText },
  {
    id: 'reference',
    head: paymentsTexts.reference,
    phone: 'below',
    cell: ({ reference, declineText, reversedWhy }) => (
      <span className="break-all text-muted">{declineText ?? reversedWhy ?? reference}</span>
    ),
  },
  { id: 'state', head: paymentsTexts.state, cell: ({ status }) => <PaymentState status={status} /> },
  {
    id: 'amount',
    head: paymentsTexts.amount,
    phone: 'value',
    align: 'end',
    cell: ({ amountMicros, currency }) => <MoneyText micros={amountMicros} currency={currency} />,
  },
])
