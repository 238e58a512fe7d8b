/** The composer of a ticket: a message, a note or a logged call; what was typed is kept until it was sent. */

import { useState, type SyntheticEvent } from 'react'
import { api } from '../../data/api.ts'
import type { TicketState, WholeTicket } from '../../data/support.ts'
import { Button } from '../../ui/button.tsx'
import { RadioGroup, TextArea } from '../../ui/choice.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { supportTexts } from './support-texts.ts'

type Kind = 'public' | 'internal' | 'call'

type ReplyFormProps = {
  readonly ticket: WholeTicket
  readonly again: () => Promise<void>
  /** Told that somebody answered meanwhile, or that it was sent. */
  readonly onStale: (isStale: boolean) => void
}

const after: readonly TicketState[] = ['waiting_customer', 'waiting_vendor', 'scheduled', 'solved']

/** The form. */
export function ReplyForm({ ticket, again, onStale }: ReplyFormProps) {
  const isDesk = ticket.standing !== 'requester'
  const [text, type] = useState('')
  const [kind, choose] = useState<Kind>('public')
  const [to, move] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  // What stood there when the writing began; after a refusal whatever is shown has been seen.
  const [seenId, see] = useState<string | undefined>(() => lastSpoken(ticket))
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    const done = await api.post('/api/v1/support/tickets/{id}/entries', {
      params: { id: ticket.id },
      body: {
        kind,
        body: text,
        ...(to === '' ? {} : { to: to as TicketState }),
        lastSeenEntryId: seenId ?? lastSpoken(ticket),
      },
    })
    await again()
    setBusy(false)
    if (done.ok) {
      type('')
      move('')
      see(done.value.entryId)
    } else see(undefined)
    onStale(!done.ok && done.failure.code === 'support.stale_reply')
    setRefusal(done.ok ? undefined : done.failure.message)
  }
  return (
    <Panel>
      <form onSubmit={(event) => void submit(event)} className="grid gap-3 p-4">
        <TextArea
          label={kind === 'internal' ? supportTexts.note : supportTexts.reply}
          value={text}
          required
          rows={4}
          maxLength={50_000}
          onFocus={() => text === '' && see(lastSpoken(ticket))}
          onChange={(event) => type(event.target.value)}
        />
        <div className="flex flex-wrap items-end gap-4">
          {isDesk && <DeskChoices kind={kind} choose={choose} to={to} move={move} />}
          <Button type="submit" look="primary" disabled={isBusy}>
            {supportTexts.send}
          </Button>
        </div>
        {refusal && (
          <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger">
            {refusal}
          </p>
        )}
      </form>
    </Panel>
  )
}

function lastSpoken({ entries }: WholeTicket): string | undefined {
  return entries.findLast(({ kind }) => kind === 'public' || kind === 'call')?.id
}

type DeskChoicesProps = {
  readonly kind: Kind
  readonly choose: (kind: Kind) => void
  readonly to: string
  readonly move: (to: string) => void
}

/** What those who answer choose: who reads it, and what becomes of the ticket. */
function DeskChoices({ kind, choose, to, move }: DeskChoicesProps) {
  return (
    <>
      <RadioGroup<Kind>
        label={supportTexts.kind}
        name="kind"
        value={kind}
        onChange={choose}
        options={[
          { value: 'public', label: supportTexts.reply },
          { value: 'internal', label: supportTexts.note },
          { value: 'call', label: supportTexts.call },
        ]}
      />
      <SelectField
        label={supportTexts.thenTo}
        value={to}
        onChange={(event) => move(event.target.value)}
        className="w-56"
      >
        <option value="">{supportTexts.stays}</option>
        {after.map((state) => (
          <option key={state} value={state}>
            {supportTexts.states[state]}
          </option>
        ))}
      </SelectField>
    </>
  )
}
