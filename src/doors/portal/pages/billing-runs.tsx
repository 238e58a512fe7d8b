/** Billing Information > Billing run: drafts to approve, runs and what they came to, the proof of each month. */

import { useState } from 'react'
import { api } from '../data/api.ts'
import { proofRead, runsRead, type BillingRun, type Proof } from '../data/invoices.ts'
import { useQuery, useQueryClient } from '../data/query.ts'
import { formatCount } from '../format/money.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Field } from '../ui/field.tsx'
import { MoneyText } from '../ui/figures.tsx'
import { EmptyState, FailureState, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'
import { tell } from '../ui/toast.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { invoiceTexts } from './billing/invoice-texts.ts'

export const title = (): string => menuTexts.billingRuns

/** The latest runs. */
export const firstReads: PageModule['firstReads'] = () => [runsRead.queryKey[0]]

/** The page. */
export function Page() {
  const { me } = useHouse()
  const runs = useQuery({ ...runsRead, refetchInterval: 5000 })
  const [month, setMonth] = useState<string | undefined>()
  const mayProve = me.permissions.includes('billing.prove')
  return (
    <>
      <PageHead title={title()} note={invoiceTexts.runNote}>
        {me.permissions.includes('billing.write') && <StartRun />}
      </PageHead>
      <div className="grid gap-5">
        <Panel>
          <DataTable
            caption={title()}
            columns={columnsOf(mayProve ? setMonth : undefined)}
            rows={runs.data?.items}
            idOf={({ id }) => id}
            failure={runs.error ? { message: runs.error.message, retry: () => void runs.refetch() } : undefined}
            empty={<EmptyState title={invoiceTexts.noRuns} />}
          />
        </Panel>
        {month !== undefined && <MonthProof month={month} />}
      </div>
    </>
  )
}

/** The month whose calls a run billed. */
function monthOf({ periodTo }: BillingRun): string {
  const [year, month] = periodTo.split('-').map(Number) as [number, number]
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`
}

function columnsOf(prove: ((month: string) => void) | undefined): readonly Column<BillingRun>[] {
  return [
    { id: 'day', head: invoiceTexts.ended, phone: 'title', cell: ({ periodTo }) => periodTo },
    { id: 'seller', head: menuTexts.company, phone: 'note', cell: ({ sellerName, kind }) => `${sellerName}, ${kind}` },
    {
      id: 'state',
      head: invoiceTexts.state,
      phone: 'aside',
      cell: ({ state }) => (
        <StatusChip tone={state === 'issued' ? 'ok' : 'warn'}>{invoiceTexts.runStates[state]}</StatusChip>
      ),
    },
    { id: 'drafts', head: invoiceTexts.drafts, align: 'end', cell: ({ drafts }) => formatCount(drafts) },
    { id: 'issued', head: invoiceTexts.issued, align: 'end', cell: ({ issued }) => formatCount(issued) },
    {
      id: 'total',
      head: invoiceTexts.total,
      align: 'end',
      phone: 'value',
      cell: ({ totals }) =>
        totals.map(({ currency, totalMicros }) => (
          <div key={currency}>
            <MoneyText micros={totalMicros} currency={currency} withCode />
          </div>
        )),
    },
    {
      id: 'act',
      head: invoiceTexts.proof,
      isHeadSilent: true,
      align: 'end',
      phone: 'foot',
      cell: (run) => (
        <span className="inline-flex gap-2">
          {run.drafts > 0 && run.state !== 'drafting' && <Approve id={run.id} />}
          {prove && (
            <Button size="small" onClick={() => prove(monthOf(run))}>
              {invoiceTexts.prove}
              <span className="sr-only"> {monthOf(run)}</span>
            </Button>
          )}
        </span>
      ),
    },
  ]
}

function Approve({ id }: { id: string }) {
  const client = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const approve = async (): Promise<void> => {
    setBusy(true)
    const done = await api.post('/api/v1/billing/runs/{id}/approve', { params: { id } })
    if (done.ok) tell('ok', invoiceTexts.approved)
    else tell('danger', invoiceTexts.unchanged(done.failure.message))
    await client.invalidateQueries({ queryKey: runsRead.queryKey })
    setBusy(false)
  }
  return (
    <Button look="primary" size="small" disabled={isBusy} onClick={() => void approve()}>
      {invoiceTexts.approve}
    </Button>
  )
}

function StartRun() {
  const [day, setDay] = useState('')
  const start = async (): Promise<void> => {
    const done = await api.post('/api/v1/billing/runs', { body: { day } })
    if (done.ok) tell('ok', invoiceTexts.started)
    else tell('danger', invoiceTexts.unchanged(done.failure.message))
  }
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <Field label={invoiceTexts.ended} type="date" value={day} onChange={(event) => setDay(event.target.value)} />
      <Button type="submit" disabled={day === ''}>
        {invoiceTexts.start}
      </Button>
    </form>
  )
}

function MonthProof({ month }: { month: string }) {
  const proof = useQuery(proofRead(month))
  return (
    <Panel title={`${invoiceTexts.proof} ${month}`}>
      <div className="p-4" aria-live="polite">
        {proof.data ? (
          <ProofFindings proof={proof.data} />
        ) : proof.error ? (
          <FailureState message={proof.error.message} onRetry={() => void proof.refetch()} />
        ) : (
          <Skeleton lines={4} />
        )}
      </div>
    </Panel>
  )
}

const tones = { green: 'ok', red: 'danger', unknown: 'neutral' } as const

function ProofFindings({ proof }: { proof: Proof }) {
  const columns: readonly Column<Proof['findings'][number]>[] = [
    { id: 'record', head: invoiceTexts.record, phone: 'title', cell: ({ record, id }) => `${record} ${id}` },
    { id: 'what', head: invoiceTexts.found, phone: 'below', cell: ({ message }) => message },
  ]
  const names = Object.keys(invoiceTexts.equalities) as (keyof typeof invoiceTexts.equalities)[]
  return (
    <div className="grid gap-4">
      <p className="text-muted">{invoiceTexts.proofNote}</p>
      <p>
        <StatusChip tone={proof.isGreen ? 'ok' : 'danger'} icon={proof.isGreen ? 'check' : 'cross'}>
          {proof.isGreen ? invoiceTexts.green : invoiceTexts.red}
        </StatusChip>{' '}
        {formatCount(proof.calls)} {invoiceTexts.calls}, {formatCount(proof.invoices)} {invoiceTexts.issued}
      </p>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {names.map((name) => (
          <li key={name}>
            {invoiceTexts.equalities[name]}{' '}
            <StatusChip tone={tones[proof.equalities[name]]}>
              {invoiceTexts.proofStates[proof.equalities[name]]}
            </StatusChip>
          </li>
        ))}
      </ul>
      {proof.findings.length > 0 && (
        <DataTable
          caption={invoiceTexts.found}
          columns={columns}
          rows={proof.findings}
          idOf={({ record, id }) => `${record} ${id}`}
          linkOf={({ record, id }) => (record === 'call' ? `/calls/${id}` : '/billing/invoices')}
          empty={<EmptyState title={invoiceTexts.nothing} />}
        />
      )}
    </div>
  )
}
