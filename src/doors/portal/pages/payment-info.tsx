/** Billing Information > Payment Info: the amount to pay, the balance explained, the card with Edit, the other ways. */

import { useCallback, useState } from 'react'
import { useQuery, useQueryClient } from '../data/query.ts'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { paymentInfoRead, paymentsRead, type PaymentInfo } from '../data/payments.ts'
import { useList } from '../data/use-list.ts'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Facts } from '../ui/facts.tsx'
import { MoneyText } from '../ui/figures.tsx'
import { Notice } from '../ui/notice.tsx'
import { EmptyState, FailureState, Figure, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { tell } from '../ui/toast.tsx'
import { CardDialog } from './payments/card-dialog.tsx'
import { CardPanel } from './payments/card-panel.tsx'
import { OtherWays } from './payments/other-ways.tsx'
import { paymentColumns } from './payments/payments-table.tsx'
import { paymentsTexts } from './payments/payments-texts.ts'

export const title = (): string => paymentsTexts.title

/** What there is to pay, and what was paid. */
export const firstReads: PageModule['firstReads'] = () => [paymentInfoRead.queryKey[0], paymentsRead().queryKey[0]]

/** The page. */
export function Page() {
  const info = useQuery(paymentInfoRead)
  if (!info.data) {
    return (
      <>
        <PageHead title={title()} />
        <Panel>
          {info.error ? (
            <FailureState message={info.error.message} onRetry={() => void info.refetch()} />
          ) : (
            <Skeleton lines={8} />
          )}
        </Panel>
      </>
    )
  }
  return <Info info={info.data} />
}

function Info({ info }: { readonly info: PaymentInfo }) {
  const isBlocked = ['restricted', 'suspended'].includes(info.stage)
  return (
    <>
      <PageHead title={title()} />
      <div className="grid gap-5">
        {isBlocked && <Notice tone="warn">{paymentsTexts.restricted}</Notice>}
        <ToPay info={info} />
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <CardPanel info={info} />
          <Balance info={info} />
        </div>
        <OtherWays info={info} />
        <Payments />
      </div>
    </>
  )
}

/** "We recommend paying only the invoice total": it stands first, whatever the balance is. */
function ToPay({ info }: { readonly info: PaymentInfo }) {
  const { amountToPayMicros, currency, invoices, takesCards } = info
  const client = useQueryClient()
  const [page, open] = useState<string>()
  const pay = async (invoiceId?: string): Promise<void> => {
    const body = invoiceId === undefined ? {} : { invoiceId }
    const opened = await api.post('/api/v1/payment-info/pay', { body })
    if (!opened.ok) return tell('danger', `${opened.failure.message}.`)
    return open(opened.value.path)
  }
  const reread = useCallback(() => void changed(client, '/api/v1/payment-info', '/api/v1/payments'), [client])
  return (
    <div className="grid items-start gap-5 sm:grid-cols-[minmax(14rem,1fr)_2fr]">
      <Figure label={paymentsTexts.amountToPay}>
        <MoneyText micros={amountToPayMicros} currency={currency} withCode />
      </Figure>
      <Panel title={paymentsTexts.unpaid}>
        {invoices.length === 0 ? (
          <EmptyState title={paymentsTexts.nothing} />
        ) : (
          <ul className="divide-y divide-line">
            {invoices.map(({ id, number, dueAt, openMicros }) => (
              <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                <span className="min-w-0 flex-1 basis-48">
                  {paymentsTexts.invoice(number)}{' '}
                  <span className="text-muted">{paymentsTexts.due(dueAt.slice(0, 10))}</span>
                </span>
                <MoneyText micros={openMicros} currency={currency} />
                {takesCards && (
                  <Button
                    size="small"
                    aria-label={`${paymentsTexts.pay}: ${paymentsTexts.invoice(number)}`}
                    onClick={() => void pay(id)}
                  >
                    {paymentsTexts.pay}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {page !== undefined && (
        <CardDialog title={paymentsTexts.pay} path={page} onClose={() => open(undefined)} onDone={reread} />
      )}
    </div>
  )
}

function Balance({ info: { balance, currency } }: { readonly info: PaymentInfo }) {
  const { unpaidMicros, callsMicros, otherMicros, creditMicros, balanceMicros } = balance
  const money = (micros: string) => <MoneyText micros={micros} currency={currency} />
  return (
    <Panel title={paymentsTexts.balanceWhy}>
      <div className="grid gap-3 px-4 pb-4">
        <Facts
          facts={[
            { name: paymentsTexts.unpaid, value: money(unpaidMicros) },
            { name: paymentsTexts.calls, value: money(callsMicros) },
            otherMicros !== '0' && { name: paymentsTexts.other, value: money(otherMicros) },
            creditMicros !== '0' && { name: paymentsTexts.credit, value: money(String(-BigInt(creditMicros))) },
            { name: paymentsTexts.balance, value: <strong>{money(balanceMicros)}</strong> },
          ]}
        />
        <p className="text-muted">{paymentsTexts.balanceNote}</p>
      </div>
    </Panel>
  )
}

function Payments() {
  const payments = useList(paymentsRead())
  return (
    <Panel title={paymentsTexts.payments}>
      <DataTable
        {...payments}
        caption={paymentsTexts.payments}
        columns={paymentColumns()}
        idOf={({ id }) => id}
        empty={<EmptyState title={paymentsTexts.none} />}
      />
    </Panel>
  )
}
