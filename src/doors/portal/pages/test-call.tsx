/** Billing Information > Test a call: what a call would cost by a deck in force, with its parts; nothing is stored. */

import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { Failure } from '../../../base/index.ts'
import { api } from '../data/api.ts'
import { decksRead, type TestedCall } from '../data/test-call.ts'
import { formatDuration } from '../format/time.ts'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Field, SelectField } from '../ui/field.tsx'
import { MoneyText } from '../ui/figures.tsx'
import { EmptyState, Figure, PageHead, Panel } from '../ui/panel.tsx'

export const title = 'Test a call'

/** The decks to choose from. */
export const firstReads: PageModule['firstReads'] = () => [decksRead.queryKey[0]]

/** The page. */
export function Page() {
  const [tested, show] = useState<TestedCall>()
  const [failure, refuse] = useState<Failure>()
  return (
    <>
      <PageHead title={title} note="What a call would cost by the prices in force. Nothing is stored or charged." />
      <div className="grid gap-5">
        <Panel title="The call">
          <CallForm show={show} refuse={refuse} />
        </Panel>
        {failure && (
          <p role="alert" className="text-danger">
            {failure.message}
          </p>
        )}
        {tested && !failure && <Answer tested={tested} />}
      </div>
    </>
  )
}

type FormProps = {
  readonly show: (tested: TestedCall) => void
  readonly refuse: (failure: Failure | undefined) => void
}

function CallForm({ show, refuse }: FormProps) {
  const decks = useQuery(decksRead)
  const [isAsking, ask] = useState(false)
  const usable = decks.data?.items.filter((deck) => deck.activeVersionId !== null)
  if (usable?.length === 0) return <EmptyState title="No deck has a version in force yet." />
  const send = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = (name: string): string => {
      const value = form.get(name)
      return typeof value === 'string' ? value : ''
    }
    ask(true)
    const direction = read('direction') === 'inbound' ? 'inbound' : 'outbound'
    const to = `+${read('to').replaceAll(/\D/g, '')}`
    const body = { to, direction, durationMs: (Number(read('minutes')) * 60 + Number(read('seconds'))) * 1000 } as const
    const done = await api.post('/api/v1/decks/{id}/test-call', { params: { id: read('deck') }, body })
    ask(false)
    refuse(done.ok ? undefined : done.failure)
    if (done.ok) show(done.value)
  }
  return (
    <form className="grid gap-3 p-4 sm:grid-cols-2 lg:grid-cols-6" onSubmit={(event) => void send(event)}>
      <SelectField className="lg:col-span-2" label="Deck" name="deck" required>
        {usable?.map((deck) => (
          <option key={deck.id} value={deck.id}>
            {deck.name} ({deck.currency})
          </option>
        ))}
      </SelectField>
      <Field
        className="lg:col-span-2"
        label="Number, with its country code"
        name="to"
        type="tel"
        required
        pattern="\+?[0-9 .\(\)\-]{3,30}"
        placeholder="+44 20 7183 8750"
      />
      <SelectField className="lg:col-span-2" label="Who pays" name="direction">
        <option value="outbound">The caller (outbound)</option>
        <option value="inbound">Who is called (toll-free)</option>
      </SelectField>
      <Field label="Minutes" name="minutes" type="number" min={0} max={1439} defaultValue={3} required />
      <Field label="Seconds" name="seconds" type="number" min={0} max={59} defaultValue={0} required />
      <div className="flex items-end">
        <Button look="primary" type="submit" disabled={isAsking || !usable}>
          Rate it
        </Button>
      </div>
    </form>
  )
}

const outcomes: Readonly<Record<TestedCall['call']['outcome'], string>> = {
  charged: 'Charged',
  free: 'Free',
  refused: 'Refused: such a call is not connected',
}

function Answer({ tested: { call, currency } }: { tested: TestedCall }) {
  return (
    <>
      <div className="grid grid-cols-2 gap-4 max-sm:gap-3 sm:grid-cols-3" data-tested={call.outcome}>
        <Figure label="Charge" note={outcomes[call.outcome]}>
          <MoneyText micros={call.chargeMicros} currency={currency} withCode />
        </Figure>
        <Figure label="Destination" note={call.prefix === null ? 'No prefix fits' : `Prefix ${call.prefix}`}>
          {call.destination ?? 'None'}
        </Figure>
        <Figure isWide label="Billed" note={`of ${formatDuration(call.durationSeconds)} of conversation`}>
          {formatDuration(call.billedSeconds)}
        </Figure>
      </div>
      <Panel title="What it is made of">
        <DataTable
          caption="Parts of the charge"
          columns={columnsOf(currency)}
          rows={call.components}
          idOf={({ kind, fromSecond, price }) => `${kind} ${fromSecond} ${price}`}
          empty={<EmptyState title="The charge has no parts." />}
        />
      </Panel>
      <Panel title="Why">
        <ol className="list-decimal py-3 pr-4 pl-9">
          {call.explanation.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      </Panel>
    </>
  )
}

type Component = TestedCall['call']['components'][number]

const kinds: Readonly<Record<Component['kind'], string>> = {
  free: 'Free seconds',
  quota: 'From the plan',
  connect: 'Connect fee',
  usage: 'Conversation',
  surcharge: 'Surcharge',
  minimum: 'Up to the minimum',
  money_quota: 'Paid by the plan',
}

function columnsOf(currency: string): readonly Column<Component>[] {
  return [
    { id: 'kind', head: 'Part', phone: 'title', cell: ({ kind }) => kinds[kind] },
    {
      id: 'seconds',
      head: 'Seconds',
      align: 'end',
      phone: 'note',
      cell: ({ seconds, fromSecond }) => (seconds === 0 ? '' : `${seconds} from second ${fromSecond}`),
    },
    { id: 'price', head: 'A minute', align: 'end', phone: 'aside', cell: ({ price }) => price ?? '' },
    { id: 'period', head: 'Time of day', cell: ({ period }) => period ?? '' },
    {
      id: 'amount',
      head: 'Amount',
      align: 'end',
      phone: 'value',
      cell: ({ amountMicros }) => <MoneyText micros={amountMicros} currency={currency} />,
    },
  ]
}
