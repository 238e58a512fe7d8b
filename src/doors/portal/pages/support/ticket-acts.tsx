/** What can be done with a ticket by whoever looks at it. */

import { useState } from 'react'
import type { Result } from '../../../../base/index.ts'
import { api } from '../../data/api.ts'
import type { TicketSeverity, TicketState, WholeTicket } from '../../data/support.ts'
import { useHouse } from '../../shell/house.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/choice.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { tell } from '../../ui/toast.tsx'
import { supportTexts } from './support-texts.ts'

type TicketActsProps = { readonly ticket: WholeTicket; readonly onDone: () => Promise<void> }

type Open = 'severity' | 'hand-on' | undefined

/** The buttons. */
export function TicketActs({ ticket, onDone }: TicketActsProps) {
  const { me } = useHouse()
  const [open, show] = useState<Open>()
  const { id, state, standing } = ticket
  const params = { id }
  const act = async (doing: Promise<Result<unknown>>, said?: string): Promise<void> => {
    const done = await doing
    if (!done.ok) tell('danger', done.failure.message)
    else if (said !== undefined) tell('ok', said)
    await onDone()
  }
  const move = (to: TicketState, reason: string) =>
    act(api.post('/api/v1/support/tickets/{id}/state', { params, body: { to, reason } }))
  const rate = (stars: number) =>
    act(api.post('/api/v1/support/tickets/{id}/satisfaction', { params, body: { stars } }), supportTexts.thanks)
  const isOver = state === 'solved' || state === 'closed'
  const isDesk = standing !== 'requester'
  const isMine = ticket.assigneeName === me.name
  return (
    <>
      {isDesk && !isOver && (
        <Button
          onClick={() => void act(api.post('/api/v1/support/tickets/{id}/fields', { params, body: { mine: !isMine } }))}
        >
          {isMine ? supportTexts.giveBack : supportTexts.take}
        </Button>
      )}
      {!isOver && (
        <Button onPointerEnter={warmDialog} onFocus={warmDialog} onClick={() => show('severity')}>
          {supportTexts.raise}
        </Button>
      )}
      {isDesk && ticket.deskId === me.tenantId && me.role.startsWith('partner_') && !isOver && (
        <Button onPointerEnter={warmDialog} onFocus={warmDialog} onClick={() => show('hand-on')}>
          {supportTexts.handOn}
        </Button>
      )}
      {!isOver && (
        <Button look="primary" onClick={() => void move('solved', supportTexts.solve)}>
          {supportTexts.solve}
        </Button>
      )}
      {isOver && <Button onClick={() => void move('open', supportTexts.reopen)}>{supportTexts.reopen}</Button>}
      {isOver && !isDesk && ticket.satisfaction === null && (
        <fieldset className="flex items-center gap-1">
          <legend className="sr-only">{supportTexts.satisfied}</legend>
          {[1, 2, 3, 4, 5].map((stars) => (
            <Button key={stars} size="small" aria-label={`${stars} / 5`} onClick={() => void rate(stars)}>
              {stars}
            </Button>
          ))}
        </fieldset>
      )}
      {open === 'severity' && <ChangeSeverity ticket={ticket} onDone={onDone} onClose={() => show(undefined)} />}
      {open === 'hand-on' && <HandOn ticket={ticket} onDone={onDone} onClose={() => show(undefined)} />}
    </>
  )
}

type DialogProps = TicketActsProps & { readonly onClose: () => void }

function ChangeSeverity({ ticket, onDone, onClose }: DialogProps) {
  return (
    <FormDialog
      title={supportTexts.raise}
      act={supportTexts.send}
      onClose={onClose}
      send={async (read) => {
        const severity = read('severity') as TicketSeverity
        const reason = read('reason')
        const done = await api.post('/api/v1/support/tickets/{id}/fields', {
          params: { id: ticket.id },
          body: { severity, ...(reason === '' ? {} : { reason }) },
        })
        if (!done.ok) return done
        await onDone()
        onClose()
        return done
      }}
    >
      <SelectField label={supportTexts.severity} name="severity" defaultValue={ticket.severity}>
        {Object.entries(supportTexts.severities).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </SelectField>
      <Field label={supportTexts.reason} name="reason" maxLength={1000} autoComplete="off" />
    </FormDialog>
  )
}

function HandOn({ ticket, onDone, onClose }: DialogProps) {
  return (
    <FormDialog
      title={supportTexts.handOn}
      act={supportTexts.send}
      onClose={onClose}
      send={async (read) => {
        const done = await api.post('/api/v1/support/tickets/{id}/hand-on', {
          params: { id: ticket.id },
          body: { summary: read('summary') },
        })
        if (!done.ok) return done
        await onDone()
        onClose()
        return done
      }}
    >
      <TextArea label={supportTexts.description} hint={supportTexts.handOnHint} name="summary" required rows={6} />
    </FormDialog>
  )
}
