/** One invoice: what to pay and by when, its lines with the way to their calls, its taxes and its document. */

import { useLocation, useSearch } from 'wouter'
import {
  invoiceCallsRead,
  invoiceRead,
  linesFileOf,
  type InvoiceCall,
  type InvoiceLine,
  type WholeInvoice,
} from '../data/invoices.ts'
import { useQuery } from '../data/query.ts'
import { useList } from '../data/use-list.ts'
import { NavLink } from '../shell/nav-link.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { buttonClass } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Duration, InstantText, MoneyText, PartyText } from '../ui/figures.tsx'
import { Icon } from '../ui/icon.tsx'
import { ObjectPage } from '../ui/object-page.tsx'
import { EmptyState, FailureState, Panel, Skeleton } from '../ui/panel.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { DocumentLink, InvoiceState } from './billing/invoice-state.tsx'
import { invoiceTexts } from './billing/invoice-texts.ts'

export const title = (): string => invoiceTexts.title

const idOf = (path: string): string => path.split('/')[3] ?? ''

/** The invoice. */
export const firstReads: PageModule['firstReads'] = ({ path }) => [invoiceRead(idOf(path)).queryKey[0]]

/** The page. */
export function Page() {
  const [path] = useLocation()
  const invoice = useQuery(invoiceRead(idOf(path)))
  if (invoice.data) return <Whole invoice={invoice.data} path={path} />
  return (
    <Panel>
      {invoice.error ? (
        <FailureState message={invoice.error.message} onRetry={() => void invoice.refetch()} />
      ) : (
        <Skeleton lines={8} />
      )}
    </Panel>
  )
}

function Whole({ invoice, path }: { invoice: WholeInvoice; path: string }) {
  const { id, number, currency, status, periodFrom, periodTo, dueAt, issuedAt, billed, totalMicros } = invoice
  const name = `${invoiceTexts.title} ${number ?? invoiceTexts.states[status]}`
  const money = (micros: string) => <MoneyText micros={micros} currency={currency} withCode />
  return (
    <ObjectPage
      crumbs={[{ label: menuTexts.invoices, to: '/billing/invoices' }]}
      title={name}
      status={<InvoiceState status={status} />}
      note={`${billed.name}, ${invoiceTexts.account} ${billed.accountCode}`}
      path={path}
      actions={
        <>
          <DocumentLink id={id} number={number} />
          <a href={linesFileOf(id)} download className={buttonClass('plain', 'small')}>
            <Icon name="download" />
            {invoiceTexts.csv}
          </a>
          <NavLink
            to={`/billing/transactions?from=${periodFrom}&to=${periodTo}`}
            className={buttonClass('plain', 'small')}
          >
            {invoiceTexts.transactions}
          </NavLink>
        </>
      }
      facts={[
        { name: invoiceTexts.amountToPay, value: <strong>{money(totalMicros)}</strong> },
        { name: invoiceTexts.due, value: dueAt && <InstantText iso={dueAt} /> },
        { name: invoiceTexts.date, value: issuedAt && <InstantText iso={issuedAt} /> },
        { name: invoiceTexts.period, value: `${periodFrom} – ${periodTo} (${invoice.zone})` },
        { name: invoiceTexts.net, value: money(invoice.netMicros) },
        ...invoice.taxes.map((tax) => ({
          name: `${tax.name} ${tax.region}`,
          value: (
            <>
              {money(tax.amountMicros)}
              {tax.registration && <span className="ml-2 text-muted">{tax.registration}</span>}
            </>
          ),
        })),
      ]}
      tabs={[
        {
          id: 'lines',
          label: invoiceTexts.lines,
          count: invoice.lines.length,
          content: () => <Lines {...{ invoice }} />,
        },
        { id: 'calls', label: invoiceTexts.calls, count: invoice.callCount, content: () => <Calls {...{ invoice }} /> },
      ]}
    />
  )
}

function Lines({ invoice }: { invoice: WholeInvoice }) {
  const columns: readonly Column<InvoiceLine>[] = [
    { id: 'what', head: invoiceTexts.service, phone: 'title', cell: ({ description }) => description },
    { id: 'kind', head: invoiceTexts.kind, phone: 'note', cell: ({ kind }) => invoiceTexts.kinds[kind] },
    {
      id: 'days',
      head: invoiceTexts.days,
      phone: 'below',
      cell: ({ fromDay, toDay }) => (fromDay === null ? '' : toDay === null ? fromDay : `${fromDay} – ${toDay}`),
    },
    {
      id: 'calls',
      head: invoiceTexts.calls,
      phone: 'aside',
      align: 'end',
      cell: ({ line, calls, quantity }) =>
        calls === null ? null : (
          <NavLink
            to={`/billing/invoices/${invoice.id}?tab=calls&line=${line}`}
            className="text-accent-text hover:underline"
          >
            {quantity}
          </NavLink>
        ),
    },
    {
      id: 'amount',
      head: invoiceTexts.amount,
      phone: 'value',
      align: 'end',
      cell: ({ amountMicros }) => <MoneyText micros={amountMicros} currency={invoice.currency} />,
    },
  ]
  return (
    <DataTable
      caption={invoiceTexts.lines}
      columns={columns}
      rows={invoice.lines}
      idOf={({ line }) => String(line)}
      empty={<EmptyState title={invoiceTexts.noCalls} />}
    />
  )
}

function Calls({ invoice }: { invoice: WholeInvoice }) {
  const line = new URLSearchParams(useSearch()).get('line') ?? undefined
  const calls = useList(invoiceCallsRead(invoice.id, line))
  const columns: readonly Column<InvoiceCall>[] = [
    { id: 'at', head: invoiceTexts.date, phone: 'note', cell: ({ occurredAt }) => <InstantText iso={occurredAt} /> },
    { id: 'from', head: invoiceTexts.from, cell: ({ from }) => <PartyText number={from} name="" /> },
    { id: 'to', head: invoiceTexts.to, phone: 'title', cell: ({ to }) => <PartyText number={to} name="" /> },
    { id: 'where', head: invoiceTexts.destination, phone: 'below', cell: ({ destination }) => destination },
    {
      id: 'length',
      head: invoiceTexts.length,
      phone: 'aside',
      align: 'end',
      cell: ({ billedSeconds }) => <Duration seconds={billedSeconds} />,
    },
    {
      id: 'amount',
      head: invoiceTexts.amount,
      phone: 'value',
      align: 'end',
      cell: ({ chargeMicros, currency }) => <MoneyText micros={chargeMicros} currency={currency} />,
    },
  ]
  return (
    <>
      {line !== undefined && (
        <p className="px-4 py-3">
          <NavLink to={`/billing/invoices/${invoice.id}?tab=calls`} className="text-accent-text hover:underline">
            {invoiceTexts.all}
          </NavLink>
        </p>
      )}
      <DataTable
        {...calls}
        caption={invoiceTexts.calls}
        columns={columns}
        idOf={({ id }) => id}
        linkOf={({ id }) => `/calls/${id}`}
        openLabel={({ to }) => to}
        empty={<EmptyState title={invoiceTexts.noCalls} />}
      />
    </>
  )
}
