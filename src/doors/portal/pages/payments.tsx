/** Billing Information > Payments: every payment of everybody in sight, taken back or refunded from here. */

import { useState } from 'react'
import { ok, parseMicros } from '../../../base/index.ts'
import { useQueryClient } from '../data/query.ts'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { paymentsRead, type Payment } from '../data/payments.ts'
import { useList } from '../data/use-list.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Field } from '../ui/field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { paymentColumns } from './payments/payments-table.tsx'
import { paymentsTexts } from './payments/payments-texts.ts'
import { staffTexts } from './payments/staff-texts.ts'

export const title = (): string => menuTexts.payments

/** The newest. */
export const firstReads: PageModule['firstReads'] = () => [paymentsRead().queryKey[0]]

type Act = { readonly kind: 'return' | 'refund'; readonly payment: Payment }

/** The page. */
export function Page() {
  const { me } = useHouse()
  const payments = useList(paymentsRead())
  const [act, begin] = useState<Act>()
  const mayAct = me.permissions.includes('billing.write')
  return (
    <>
      <PageHead title={title()} />
      <Panel>
        <DataTable
          {...payments}
          caption={title()}
          columns={[
            { id: 'customer', head: paymentsTexts.customer, phone: 'title', cell: ({ customerName }) => customerName },
            ...paymentColumns().map((column) =>
              column.id === 'method' ? { ...column, phone: 'below' as const } : column,
            ),
            {
              id: 'acts',
              head: '',
              align: 'end',
              cell: (payment) =>
                mayAct && payment.status === 'posted' ? (
                  <span className="inline-flex gap-1">
                    <Button size="small" look="quiet" onClick={() => begin({ kind: 'refund', payment })}>
                      {staffTexts.refund}
                    </Button>
                    {payment.method !== 'card' && (
                      <Button size="small" look="quiet" onClick={() => begin({ kind: 'return', payment })}>
                        {staffTexts.returned}
                      </Button>
                    )}
                  </span>
                ) : null,
            },
          ]}
          idOf={({ id }) => id}
          empty={<EmptyState title={paymentsTexts.none} />}
        />
      </Panel>
      {act?.kind === 'return' && <Return payment={act.payment} onClose={() => begin(undefined)} />}
      {act?.kind === 'refund' && <Refund payment={act.payment} onClose={() => begin(undefined)} />}
    </>
  )
}

type ActProps = { readonly payment: Payment; readonly onClose: () => void }

function Return({ payment: { id, customerName }, onClose }: ActProps) {
  const client = useQueryClient()
  return (
    <ConfirmDialog
      title={`${staffTexts.returned}: ${customerName}?`}
      act={staffTexts.returned}
      wantsReason
      onClose={onClose}
      onConfirm={async (reason) => {
        const done = await api.post('/api/v1/payments/{id}/return', { params: { id }, body: { reason } })
        if (!done.ok) return done
        onClose()
        await changed(client, '/api/v1/payments')
        return done
      }}
    >
      {staffTexts.returnedNote}
    </ConfirmDialog>
  )
}

function Refund({ payment: { id, customerName }, onClose }: ActProps) {
  const client = useQueryClient()
  return (
    <FormDialog
      title={`${staffTexts.refund}: ${customerName}`}
      act={staffTexts.refund}
      look="danger"
      onClose={onClose}
      send={async (read) => {
        const amount = parseMicros(read('amount'))
        if (!amount.ok) return amount
        const body = { amountMicros: String(amount.value), reason: read('reason') }
        const done = await api.post('/api/v1/payments/{id}/refunds', { params: { id }, body })
        if (!done.ok) return done
        onClose()
        await changed(client, '/api/v1/payments', '/api/v1/refunds')
        return ok(true)
      }}
    >
      <Field label={paymentsTexts.amount} name="amount" inputMode="decimal" required autoComplete="off" />
      <Field label={paymentsTexts.reason} name="reason" required minLength={3} maxLength={300} />
    </FormDialog>
  )
}
