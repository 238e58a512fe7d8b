/** Billing Information > Reconciliation: the posting queue, statements with proposals, what was announced. */

import { useQuery, useQueryClient } from '../data/query.ts'
import type { QueryClient } from '../data/query-client.ts'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { expectedRead, linesRead, paymentsRead, refundsRead, type StatementLine } from '../data/payments.ts'
import { useList } from '../data/use-list.ts'
import type { PageModule } from '../shell/page-module.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { InstantText, MoneyText } from '../ui/figures.tsx'
import { EmptyState, FailureState, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { tell } from '../ui/toast.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { methodText, paymentColumns } from './payments/payments-table.tsx'
import { paymentsTexts } from './payments/payments-texts.ts'
import { staffTexts } from './payments/staff-texts.ts'

export const title = (): string => menuTexts.reconciliation

const waiting = { status: 'received' } as const

/** What waits. */
export const firstReads: PageModule['firstReads'] = () => [
  paymentsRead(waiting).queryKey[0],
  linesRead.queryKey[0],
  expectedRead.queryKey[0],
  refundsRead.queryKey[0],
]

/** After any of the acts here everything that waits is read again. */
async function told(
  client: QueryClient,
  done: { readonly ok: true } | { readonly ok: false; readonly failure: { readonly message: string } },
  word: string,
): Promise<void> {
  if (done.ok) tell('ok', word)
  else tell('danger', `${done.failure.message}.`)
  await changed(client, '/api/v1/payments', '/api/v1/statement-lines', '/api/v1/refunds', '/api/v1/expected-payments')
}

/** The page. */
export function Page() {
  return (
    <>
      <PageHead title={title()}>
        <Import />
      </PageHead>
      <div className="grid gap-5">
        <Queue />
        <Lines />
        <Refunds />
        <Expected />
      </div>
    </>
  )
}

function Import() {
  const client = useQueryClient()
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    const body = { fileName: file.name, content: await file.text() }
    const done = await api.post('/api/v1/bank-statements', { body })
    const word = done.ok ? staffTexts.imported(done.value.lines, done.value.added, done.value.posted) : ''
    await told(client, done, word)
  }
  return (
    <label className={`${buttonClass('primary')} cursor-pointer focus-within:outline-2`}>
      {staffTexts.choose}
      <input
        type="file"
        accept=".xml,.bai,.bai2,.ofx,.qfx,.csv,.txt"
        className="sr-only"
        onChange={(event) => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </label>
  )
}

function Queue() {
  const client = useQueryClient()
  const queue = useList(paymentsRead(waiting))
  const post = async (id: string): Promise<void> => {
    const done = await api.post('/api/v1/payments/{id}/post', { params: { id } })
    await told(client, done, staffTexts.wasPosted)
  }
  return (
    <Panel title={staffTexts.queue} aside={staffTexts.queueNote}>
      <DataTable
        {...queue}
        caption={staffTexts.queue}
        columns={[
          { id: 'customer', head: paymentsTexts.customer, phone: 'title', cell: ({ customerName }) => customerName },
          ...paymentColumns().filter(({ id }) => id !== 'state' && id !== 'method'),
          { id: 'method', head: paymentsTexts.method, cell: methodText },
          {
            id: 'post',
            head: '',
            align: 'end',
            cell: ({ id, customerName }) => (
              <Button size="small" aria-label={`${staffTexts.post}: ${customerName}`} onClick={() => void post(id)}>
                {staffTexts.post}
              </Button>
            ),
          },
        ]}
        idOf={({ id }) => id}
        empty={<EmptyState title={staffTexts.noQueue} />}
      />
    </Panel>
  )
}

function Lines() {
  const lines = useQuery(linesRead)
  return (
    <Panel title={staffTexts.lines} aside={staffTexts.linesNote}>
      {lines.data ? (
        lines.data.items.length === 0 ? (
          <EmptyState title={staffTexts.noLines} />
        ) : (
          <ul className="divide-y divide-line">
            {lines.data.items.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </ul>
        )
      ) : lines.error ? (
        <FailureState message={lines.error.message} onRetry={() => void lines.refetch()} />
      ) : (
        <Skeleton />
      )}
    </Panel>
  )
}

function Line({ line }: { readonly line: StatementLine }) {
  const client = useQueryClient()
  const { id, bookedOn, payer, remittance, amountMicros, currency, proposals } = line
  const post = async ({ customerId, invoiceId }: (typeof proposals)[number]): Promise<void> => {
    const body = { customerId, ...(invoiceId === null ? {} : { invoiceId }) }
    const done = await api.post('/api/v1/statement-lines/{id}/post', { params: { id }, body })
    await told(client, done, staffTexts.wasPosted)
  }
  const ignore = async (): Promise<void> => {
    const body = { reason: staffTexts.none }
    const done = await api.post('/api/v1/statement-lines/{id}/ignore', { params: { id }, body })
    await told(client, done, staffTexts.ignore)
  }
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <span className="text-muted">{bookedOn}</span>
        <strong className="min-w-0 flex-1 basis-48 font-medium wrap-anywhere">{payer}</strong>
        <MoneyText micros={amountMicros} currency={currency} />
      </div>
      <p className="text-muted wrap-anywhere">{remittance}</p>
      <ul className="grid gap-1">
        {proposals.slice(0, 3).map((one) => (
          <li key={one.customerId} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Button
              size="small"
              look={one === proposals[0] ? 'primary' : 'plain'}
              aria-label={`${staffTexts.post}: ${one.customerName}`}
              onClick={() => void post(one)}
            >
              {one.customerName}
            </Button>
            <span className="min-w-0 flex-1 text-caption text-muted">
              {staffTexts.points(one.points)}: {one.evidence.map(({ reason }) => reason).join(', ')}
            </span>
          </li>
        ))}
      </ul>
      <div>
        <Button size="small" look="quiet" onClick={() => void ignore()}>
          {staffTexts.ignore}
        </Button>
      </div>
    </li>
  )
}

function Refunds() {
  const client = useQueryClient()
  const refunds = useQuery(refundsRead)
  const items = refunds.data?.items ?? []
  if (items.length === 0) return null
  const decide = async (id: string, isApproved: boolean): Promise<void> => {
    const done = await api.post('/api/v1/refunds/{id}/decide', { params: { id }, body: { isApproved } })
    await told(client, done, isApproved ? staffTexts.approve : staffTexts.refuse)
  }
  return (
    <Panel title={staffTexts.refunds}>
      <ul className="divide-y divide-line">
        {items.map(({ id, reason, amountMicros }) => (
          <li key={id} className="flex flex-wrap items-center gap-3 px-4 py-2.5">
            <span className="min-w-0 flex-1">{reason}</span>
            <MoneyText micros={amountMicros} currency="XXX" />
            <Button size="small" look="primary" onClick={() => void decide(id, true)}>
              {staffTexts.approve}
            </Button>
            <Button size="small" onClick={() => void decide(id, false)}>
              {staffTexts.refuse}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Expected() {
  const expected = useQuery(expectedRead)
  const items = expected.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Panel title={staffTexts.expected}>
      <ul className="divide-y divide-line">
        {items.map(({ id, customerName, payer, reference, method, amountMicros, createdAt }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-4 px-4 py-2.5">
            <span className="text-muted">
              <InstantText iso={createdAt} />
            </span>
            <span className="min-w-0 flex-1">
              {customerName ?? payer}{' '}
              <span className="text-muted">
                {paymentsTexts[method]} {reference}
              </span>
            </span>
            {amountMicros !== null && <MoneyText micros={amountMicros} currency="XXX" />}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
