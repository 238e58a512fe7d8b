/** Phones: where they are registered now, and the way to add one or to give it a new password. */

import { useQueryClient } from '../../data/query.ts'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { changed, devicesRead, type Device } from '../../data/company.ts'
import { useList } from '../../data/use-list.ts'
import { useHouse } from '../../shell/house.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import { Field } from '../../ui/field.tsx'
import { InstantText } from '../../ui/figures.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { EmptyState, Panel } from '../../ui/panel.tsx'
import { SecretDialog, type SipAccount } from '../../ui/secret-dialog.tsx'
import { StatusDot } from '../../ui/status.tsx'
import { customerColumn, mayAdd, type ListProps } from './customer-column.tsx'
import { ExtensionChoice } from './extension-choice.tsx'
import { listsTexts } from './lists-texts.ts'
import { oncePerLanguage } from '../../words/language.ts'

const REFRESH_MS = 10_000

const registrations = oncePerLanguage(
  () =>
    ({
      registered: { word: listsTexts.registered, tone: 'ok' },
      not_registered: { word: listsTexts.notRegistered, tone: 'warn' },
      unknown: { word: listsTexts.unknown, tone: 'neutral' },
    }) as const,
)

const columns = oncePerLanguage((): readonly Column<Device>[] => [
  {
    id: 'label',
    head: listsTexts.phone,
    phone: 'title',
    cell: ({ label }) => <span className="font-medium">{label}</span>,
  },
  {
    id: 'extension',
    head: listsTexts.extension,
    phone: 'note',
    cell: ({ extension, extensionName }) => (
      <>
        {extension} <span className="text-muted">{extensionName}</span>
      </>
    ),
  },
  {
    id: 'user',
    head: listsTexts.sipUser,
    cell: ({ sipUser }) => <code className="font-mono text-caption">{sipUser}</code>,
  },
  {
    id: 'state',
    head: listsTexts.state,
    phone: 'value',
    cell: ({ registration }) => (
      <StatusDot tone={registrations()[registration].tone}>{registrations()[registration].word}</StatusDot>
    ),
  },
  {
    id: 'program',
    head: listsTexts.reported,
    cell: ({ userAgent, source, protocol }) => (
      <span className="text-muted">
        {[userAgent, source && `${source}${protocol ? ` ${listsTexts.over} ${protocol.toUpperCase()}` : ''}`]
          .filter(Boolean)
          .join(', ')}
      </span>
    ),
  },
  {
    id: 'until',
    head: listsTexts.until,
    cell: ({ registeredUntil }) => (registeredUntil ? <InstantText iso={registeredUntil} /> : '–'),
  },
])

type Shown = { readonly title: string; readonly account: SipAccount }

/** The list. */
export function PhonesList({ customerId, search = '', head }: ListProps) {
  const { me } = useHouse()
  const phones = useList(devicesRead({ customerId, search }), { refetchInterval: REFRESH_MS })
  const [isAdding, beAdding] = useState(false)
  const [renewed, renew] = useState<Device>()
  const [shown, show] = useState<Shown>()
  const act: Column<Device> = {
    id: 'act',
    head: listsTexts.act,
    isHeadSilent: true,
    align: 'end',
    phone: 'aside',
    cell: (device) => (
      <Button
        size="small"
        aria-label={listsTexts.newPasswordFor(device.label, device.sipUser)}
        onPointerEnter={warmDialog}
        onFocus={warmDialog}
        onClick={() => renew(device)}
      >
        {listsTexts.newPassword}
      </Button>
    ),
  }
  const add = mayAdd(me, 'extensions.write', customerId) && (
    <Button
      {...(head ? {} : { size: 'small' })}
      onPointerEnter={warmDialog}
      onFocus={warmDialog}
      onClick={() => beAdding(true)}
    >
      {listsTexts.addPhone}
    </Button>
  )
  return (
    <>
      {head?.(add)}
      <Panel {...(head ? {} : { title: listsTexts.phones, aside: add })}>
        <DataTable
          {...phones}
          caption={listsTexts.phones}
          columns={[
            ...columns().slice(0, 2),
            ...customerColumn<Device>(me, customerId),
            ...columns().slice(2),
            ...(me.permissions.includes('extensions.write') ? [act] : []),
          ]}
          idOf={(device) => device.id}
          empty={<EmptyState title={search ? listsTexts.noPhoneFits(search) : listsTexts.noPhones} />}
        />
      </Panel>
      {isAdding && <AddPhone customerId={customerId} onClose={() => beAdding(false)} onDone={show} />}
      {renewed && <RenewPassword device={renewed} onClose={() => renew(undefined)} onDone={show} />}
      {shown && <SecretDialog {...shown} onClose={() => show(undefined)} />}
    </>
  )
}

type AddPhoneProps = {
  readonly customerId: string | undefined
  readonly onClose: () => void
  readonly onDone: (shown: Shown) => void
}

function AddPhone({ customerId, onClose, onDone }: AddPhoneProps) {
  const client = useQueryClient()
  const whose = customerId === undefined ? {} : { customerId }
  return (
    <FormDialog
      title={listsTexts.addPhone}
      act={listsTexts.add}
      onClose={onClose}
      send={async (read) => {
        const body = { ...whose, extensionId: read('extension'), label: read('label') }
        const done = await api.post('/api/v1/devices', { body })
        if (!done.ok) return done
        onClose()
        onDone({ title: listsTexts.phoneAdded(body.label), account: done.value })
        await changed(client, '/api/v1/devices')
        return done
      }}
    >
      <p className="text-muted">{listsTexts.willBeShown}</p>
      <Field
        label={listsTexts.name}
        name="label"
        required
        maxLength={100}
        hint={listsTexts.phoneHint}
        autoComplete="off"
      />
      <ExtensionChoice customerId={customerId} label={listsTexts.ringsFor} name="extension" required />
    </FormDialog>
  )
}

type RenewProps = { readonly device: Device; readonly onClose: () => void; readonly onDone: (shown: Shown) => void }

function RenewPassword({ device, onClose, onDone }: RenewProps) {
  return (
    <FormDialog
      title={listsTexts.askPassword(device.label)}
      act={listsTexts.givePassword}
      look="danger"
      onClose={onClose}
      send={async () => {
        const done = await api.post('/api/v1/devices/{id}/password', { params: { id: device.id } })
        if (!done.ok) return done
        onClose()
        onDone({ title: listsTexts.passwordOf(device.label), account: done.value })
        return done
      }}
    >
      <p className="text-muted">{listsTexts.stops(`${device.extension} ${device.extensionName}`)}</p>
    </FormDialog>
  )
}
