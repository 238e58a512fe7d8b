/** Billing Information > Invoices: every invoice with its document, the way to its lines and calls. */

import { invoicesRead, type Invoice } from '../data/invoices.ts'
import { useList } from '../data/use-list.ts'
import { useHouse } from '../shell/house.tsx'
import { servesCustomers } from '../shell/navigation.ts'
import type { PageModule } from '../shell/page-module.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText, MoneyText } from '../ui/figures.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { oncePerLanguage } from '../words/language.ts'
import { menuTexts } from '../words/menu-texts.ts'
import { DocumentLink, InvoiceState } from './billing/invoice-state.tsx'
import { invoiceTexts } from './billing/invoice-texts.ts'

export const title = (): string => menuTexts.invoices

/** The newest of them. */
export const firstReads: PageModule['firstReads'] = () => [invoicesRead().queryKey[0]]

const columns = oncePerLanguage((): readonly Column<Invoice>[] => [
  {
    id: 'number',
    head: invoiceTexts.number,
    phone: 'title',
    cell: ({ number, status }) => number ?? invoiceTexts.states[status],
  },
  {
    id: 'customer',
    head: invoiceTexts.customer,
    phone: 'below',
    cell: ({ billed }) => `${billed.name}, ${billed.accountCode}`,
  },
  {
    id: 'date',
    head: invoiceTexts.date,
    phone: 'note',
    cell: ({ issuedAt }) => (issuedAt === null ? '' : <InstantText iso={issuedAt} />),
  },
  { id: 'period', head: invoiceTexts.period, cell: ({ periodFrom, periodTo }) => `${periodFrom} – ${periodTo}` },
  { id: 'state', head: invoiceTexts.state, phone: 'aside', cell: (row) => <InvoiceState status={row.status} /> },
  {
    id: 'total',
    head: invoiceTexts.amountToPay,
    align: 'end',
    phone: 'value',
    cell: ({ totalMicros, currency }) => <MoneyText micros={totalMicros} currency={currency} withCode />,
  },
  {
    id: 'document',
    head: invoiceTexts.document,
    isHeadSilent: true,
    align: 'end',
    phone: 'foot',
    cell: (row) => <DocumentLink id={row.id} number={row.number} />,
  },
])

/** The page. */
export function Page() {
  const { me } = useHouse()
  const invoices = useList(invoicesRead())
  const shown = columns().filter(({ id }) => id !== 'customer' || servesCustomers(me))
  return (
    <>
      <PageHead title={title()} note={invoiceTexts.note} />
      <Panel>
        <DataTable
          {...invoices}
          caption={title()}
          columns={shown}
          idOf={({ id }) => id}
          linkOf={({ id }) => `/billing/invoices/${id}`}
          openLabel={({ number }) => `${invoiceTexts.title} ${number ?? ''}`}
          empty={<EmptyState title={invoiceTexts.none} />}
        />
      </Panel>
    </>
  )
}
