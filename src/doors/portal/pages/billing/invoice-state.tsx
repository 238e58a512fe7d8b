/** The state of an invoice, as a chip; its document, as a link. */

import { documentOf, type Invoice } from '../../data/invoices.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { StatusChip, type Tone } from '../../ui/status.tsx'
import { invoiceTexts } from './invoice-texts.ts'

const tones: Readonly<Record<Invoice['status'], Tone>> = {
  draft: 'neutral',
  issued: 'info',
  part_paid: 'warn',
  paid: 'ok',
  overdue: 'danger',
  void: 'neutral',
}

/** The chip. */
export function InvoiceState({ status }: Pick<Invoice, 'status'>) {
  return <StatusChip tone={tones[status]}>{invoiceTexts.states[status]}</StatusChip>
}

/** The download; a draft has none. */
export function DocumentLink({ id, number }: Pick<Invoice, 'id' | 'number'>) {
  if (number === null) return null
  return (
    <a href={documentOf(id)} download className={buttonClass('plain', 'small')}>
      <Icon name="download" />
      {invoiceTexts.document}
      <span className="sr-only"> {number}</span>
    </a>
  )
}
