/** Support > Tickets: what is open, by severity and due time; the way to open one. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../data/api.ts'
import { changed } from '../../data/company.ts'
import { boardRead, ticketsRead, type ListedTicket } from '../../data/support.ts'
import { useList } from '../../data/use-list.ts'
import { useHouse } from '../../shell/house.tsx'
import type { PageModule } from '../../shell/page-module.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/choice.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { InstantText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { EmptyState, Figure, PageHead, Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { supportTexts } from './support-texts.ts'
import { DueText, SeverityChip, TicketStateDot } from './ticket-words.tsx'

export const title = () => supportTexts.tickets

/** The queue, and the figures above it. */
export const firstReads: PageModule['firstReads'] = () => [
  ticketsRead({ state: 'working' }).queryKey[0],
  boardRead.queryKey[0],
]

function columnsOf(isDesk: boolean): readonly Column<ListedTicket>[] {
  return [
    {
      id: 'subject',
      head: supportTexts.subject,
      phone: 'title',
      cell: ({ subject }) => <span className="wrap-anywhere">{subject}</span>,
    },
    { id: 'number', head: supportTexts.number, phone: 'note', cell: ({ number }) => `#${number}` },
    ...(isDesk
      ? [
          {
            id: 'customer',
            head: supportTexts.customer,
            phone: 'below',
            cell: ({ customerName }: ListedTicket) => customerName,
          } as const,
        ]
      : []),
    {
      id: 'severity',
      head: supportTexts.severity,
      phone: 'value',
      cell: ({ severity }) => <SeverityChip severity={severity} />,
    },
    { id: 'state', head: supportTexts.state, phone: 'aside', cell: ({ state }) => <TicketStateDot state={state} /> },
    { id: 'due', head: supportTexts.due, cell: (ticket) => <DueText ticket={ticket} /> },
    ...(isDesk
      ? [{ id: 'assignee', head: supportTexts.assignee, cell: ({ assigneeName }: ListedTicket) => assigneeName ?? '–' }]
      : [
          {
            id: 'updated',
            head: supportTexts.updated,
            cell: ({ updatedAt }: ListedTicket) => <InstantText iso={updatedAt} />,
          },
        ]),
  ]
}

/** The page. */
export function Page() {
  const { me } = useHouse()
  const isDesk = me.permissions.includes('tickets.work')
  const [typed, type] = useState('')
  const [shown, show] = useState('working')
  const [isOpening, beOpening] = useState(false)
  const search = useDeferredValue(typed.trim())
  const filter = {
    ...(shown === 'all'
      ? { desk: 'all', state: 'working' }
      : shown === 'mine'
        ? { assignee: 'me', state: 'working' }
        : { state: shown }),
    search: search || undefined,
  }
  const tickets = useList(ticketsRead(filter), { refetchInterval: 30_000 })
  return (
    <>
      <PageHead title={supportTexts.tickets}>
        <Field
          label={supportTexts.search}
          type="search"
          maxLength={100}
          value={typed}
          onChange={(event) => type(event.target.value)}
          className="w-64 max-w-full"
        />
        <SelectField
          label={supportTexts.showing}
          value={shown}
          onChange={(event) => show(event.target.value)}
          className="w-48"
        >
          <option value="working">{supportTexts.working}</option>
          {isDesk && <option value="mine">{supportTexts.mine}</option>}
          {isDesk && <option value="all">{supportTexts.all}</option>}
          <option value="solved">{supportTexts.states.solved}</option>
          <option value="closed">{supportTexts.states.closed}</option>
        </SelectField>
        <Button
          look="primary"
          icon="add"
          onPointerEnter={warmDialog}
          onFocus={warmDialog}
          onClick={() => beOpening(true)}
        >
          {supportTexts.open}
        </Button>
      </PageHead>
      {isDesk && <Board />}
      <Panel>
        <DataTable
          {...tickets}
          caption={supportTexts.tickets}
          columns={columnsOf(isDesk)}
          idOf={(ticket) => ticket.id}
          linkOf={(ticket) => `/support/tickets/${ticket.id}`}
          empty={<EmptyState title={search ? supportTexts.noneFits : supportTexts.none} />}
        />
      </Panel>
      {isOpening && <OpenTicket onClose={() => beOpening(false)} />}
    </>
  )
}

function Board() {
  const { data } = useQuery({ ...boardRead, refetchInterval: 30_000 })
  return (
    <div className="mb-5 grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure label={supportTexts.figuresOpen}>{data?.open ?? '–'}</Figure>
      <Figure label={supportTexts.figuresLate}>
        <span className={data && data.breached > 0 ? 'text-danger' : undefined}>{data?.breached ?? '–'}</span>
      </Figure>
      <Figure label={supportTexts.figuresSoon}>{data?.dueSoon ?? '–'}</Figure>
      <Figure label={supportTexts.figuresFree}>{data?.unassigned ?? '–'}</Figure>
    </div>
  )
}

const categoryOf = (value: string) => value as keyof typeof supportTexts.categories

function OpenTicket({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const [, go] = useLocation()
  return (
    <FormDialog
      title={supportTexts.open}
      act={supportTexts.send}
      onClose={onClose}
      send={async (read) => {
        const done = await api.post('/api/v1/support/tickets', {
          body: {
            subject: read('subject'),
            description: read('description'),
            category: categoryOf(read('category')),
            contactNumber: read('contactNumber'),
            affected: read('affected'),
          },
        })
        if (!done.ok) return done
        tell('ok', supportTexts.opened2(done.value.number))
        await changed(client, '/api/v1/support/tickets')
        onClose()
        go(`/support/tickets/${done.value.id}`)
        return done
      }}
    >
      <Field label={supportTexts.subject} name="subject" required maxLength={200} autoComplete="off" />
      <SelectField label={supportTexts.category} name="category" defaultValue="troubleshooting">
        {Object.entries(supportTexts.categories).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </SelectField>
      <TextArea
        label={supportTexts.description}
        hint={supportTexts.describeHint}
        name="description"
        required
        rows={6}
        maxLength={50_000}
      />
      <Field label={supportTexts.affected} name="affected" maxLength={200} autoComplete="off" />
      <Field label={supportTexts.contactNumber} name="contactNumber" type="tel" maxLength={60} autoComplete="tel" />
    </FormDialog>
  )
}
