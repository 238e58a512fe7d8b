/** Billing Information > Test a call: what a call would cost by a deck in force, with its parts; nothing is stored. */

import { useQuery } from '../data/query.ts'
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
import { menuTexts } from '../words/menu-texts.ts'
import { testCallTexts } from './test-call-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.testCall

/** The decks to choose from. */
export const firstReads: PageModule['firstReads'] = () => [decksRead.queryKey[0]]

/** The page. */
export function Page() {
  const [tested, show] = useState<TestedCall>()
  const [failure, refuse] = useState<Failure>()
  return (
    <>
      <PageHead title={title()} note={testCallTexts.note} />
      <div className="grid gap-5">
        <Panel title={testCallTexts.call}>
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
  if (usable?.length === 0) return <EmptyState title={testCallTexts.noDeck} />
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
      <SelectField className="lg:col-span-2" label={testCallTexts.deck} name="deck" required>
        {usable?.map((deck) => (
          <option key={deck.id} value={deck.id}>
            {deck.name.includes(deck.currency) ? deck.name : `${deck.name} (${deck.currency})`}
          </option>
        ))}
      </SelectField>
      <Field
        className="lg:col-span-2"
        label={testCallTexts.number}
        name="to"
        type="tel"
        required
        pattern="\+?[0-9 .\(\)\-]{3,30}"
        placeholder="+44 20 7183 8750"
      />
      <SelectField className="lg:col-span-2" label={testCallTexts.whoPays} name="direction">
        <option value="outbound">{testCallTexts.caller}</option>
        <option value="inbound">{testCallTexts.called}</option>
      </SelectField>
      <Field label={testCallTexts.minutes} name="minutes" type="number" min={0} max={1439} defaultValue={3} required />
      <Field label={testCallTexts.seconds} name="seconds" type="number" min={0} max={59} defaultValue={0} required />
      <div className="flex items-end">
        <Button look="primary" type="submit" disabled={isAsking || !usable}>
          {testCallTexts.rate}
        </Button>
      </div>
    </form>
  )
}

const outcomes = oncePerLanguage((): Readonly<Record<TestedCall['call']['outcome'], string>> => ({
  charged: testCallTexts.charged,
  free: testCallTexts.free,
  refused: testCallTexts.refused,
}))

function Answer({ tested: { call, currency } }: { tested: TestedCall }) {
  return (
    <>
      <div className="grid grid-cols-2 gap-4 max-sm:gap-3 sm:grid-cols-3" data-tested={call.outcome}>
        <Figure label={testCallTexts.charge} note={outcomes()[call.outcome]}>
          <MoneyText micros={call.chargeMicros} currency={currency} withCode />
        </Figure>
        <Figure
          label={testCallTexts.destination}
          note={call.prefix === null ? testCallTexts.noPrefix : testCallTexts.prefix(call.prefix)}
        >
          {call.destination ?? testCallTexts.nothing}
        </Figure>
        <Figure isWide label={testCallTexts.billed} note={testCallTexts.ofTalk(formatDuration(call.durationSeconds))}>
          {formatDuration(call.billedSeconds)}
        </Figure>
      </div>
      <Panel title={testCallTexts.madeOf}>
        <DataTable
          caption={testCallTexts.parts}
          columns={columnsOf(currency)}
          rows={call.components}
          idOf={({ kind, fromSecond, price }) => `${kind} ${fromSecond} ${price}`}
          empty={<EmptyState title={testCallTexts.noParts} />}
        />
      </Panel>
      <Panel title={testCallTexts.why}>
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
    { id: 'kind', head: testCallTexts.part, phone: 'title', cell: ({ kind }) => kinds[kind] },
    {
      id: 'seconds',
      head: testCallTexts.seconds,
      align: 'end',
      phone: 'note',
      cell: ({ seconds, fromSecond }) => (seconds === 0 ? '' : testCallTexts.fromSecond(seconds, fromSecond)),
    },
    { id: 'price', head: testCallTexts.aMinute, align: 'end', phone: 'aside', cell: ({ price }) => price ?? '' },
    { id: 'period', head: testCallTexts.timeOfDay, cell: ({ period }) => period ?? '' },
    {
      id: 'amount',
      head: testCallTexts.amount,
      align: 'end',
      phone: 'value',
      cell: ({ amountMicros }) => <MoneyText micros={amountMicros} currency={currency} />,
    },
  ]
}
