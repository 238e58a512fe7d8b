/** Billing Information > Dunning: who is overdue, how far the ladder has come, and holding it for a promise. */

import { useState } from 'react'
import { useQuery, useQueryClient } from '../data/query.ts'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { dunningRead, type Dunning } from '../data/payments.ts'
import type { PageModule } from '../shell/page-module.ts'
import { NavLink } from '../shell/nav-link.tsx'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Field } from '../ui/field.tsx'
import { InstantText, MoneyText } from '../ui/figures.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusChip, type Tone } from '../ui/status.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { paymentsTexts } from './payments/payments-texts.ts'
import { staffTexts } from './payments/staff-texts.ts'

export const title = (): string => menuTexts.dunning

/** Everybody who is chased. */
export const firstReads: PageModule['firstReads'] = () => [dunningRead.queryKey[0]]

const tones: Readonly<Record<Dunning['stage'], Tone>> = {
  current: 'ok',
  overdue: 'info',
  reminder: 'info',
  final_notice: 'warn',
  restricted: 'warn',
  suspended: 'danger',
  terminated: 'danger',
}

function columnsFor(hold: (row: Dunning) => void): readonly Column<Dunning>[] {
  return [
    {
      id: 'customer',
      head: paymentsTexts.customer,
      phone: 'title',
      cell: ({ customerId, customerName }) => (
        <NavLink to={`/customers/${customerId}`} className="text-accent-text hover:underline">
          {customerName}
        </NavLink>
      ),
    },
    {
      id: 'stage',
      head: staffTexts.stage,
      phone: 'below',
      cell: ({ stage }) => <StatusChip tone={tones[stage]}>{staffTexts[stage]}</StatusChip>,
    },
    {
      id: 'since',
      head: staffTexts.days,
      phone: 'note',
      cell: ({ oldestDueAt }) => (oldestDueAt === null ? null : <InstantText iso={oldestDueAt} />),
    },
    {
      id: 'overdue',
      head: staffTexts.overdue,
      phone: 'value',
      align: 'end',
      cell: ({ overdueMicros, currency }) => <MoneyText micros={overdueMicros} currency={currency} />,
    },
    {
      id: 'hold',
      head: '',
      align: 'end',
      cell: (row) =>
        row.overdueMicros !== '0' && row.holdUntil === null ? (
          <Button size="small" aria-label={`${staffTexts.hold}: ${row.customerName}`} onClick={() => hold(row)}>
            {staffTexts.hold}
          </Button>
        ) : null,
    },
  ]
}

/** The page. */
export function Page() {
  const client = useQueryClient()
  const dunning = useQuery(dunningRead)
  const [held, hold] = useState<Dunning>()
  return (
    <>
      <PageHead title={title()} note={staffTexts.chaseNote} />
      <Panel>
        <DataTable
          rows={dunning.data?.items}
          failure={dunning.error ? { message: dunning.error.message, retry: () => void dunning.refetch() } : undefined}
          more={undefined}
          caption={title()}
          columns={columnsFor(hold)}
          idOf={({ id }) => id}
          empty={<EmptyState title={staffTexts.nobody} />}
        />
      </Panel>
      {held && (
        <FormDialog
          title={`${staffTexts.hold}: ${held.customerName}`}
          act={staffTexts.hold}
          onClose={() => hold(undefined)}
          send={async (read) => {
            const body = { until: `${read('until')}T23:59:59Z`, reason: read('reason') }
            const done = await api.post('/api/v1/dunning/{id}/hold', { params: { id: held.id }, body })
            if (!done.ok) return done
            hold(undefined)
            await changed(client, '/api/v1/dunning')
            return done
          }}
        >
          <Field label={staffTexts.until} name="until" type="date" required />
          <Field label={paymentsTexts.reason} name="reason" required minLength={3} maxLength={300} />
        </FormDialog>
      )}
    </>
  )
}
