/** Phones: where they are registered now, and the way to add one or to give it a new password. */

import { useQueryClient } from '@tanstack/react-query'
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

const REFRESH_MS = 10_000

const registrations = {
  registered: { word: 'Registered', tone: 'ok' },
  not_registered: { word: 'Not registered', tone: 'warn' },
  unknown: { word: 'Unknown', tone: 'neutral' },
} as const

const columns: readonly Column<Device>[] = [
  { id: 'label', head: 'Phone', phone: 'title', cell: ({ label }) => <span className="font-medium">{label}</span> },
  {
    id: 'extension',
    head: 'Extension',
    phone: 'note',
    cell: ({ extension, extensionName }) => (
      <>
        {extension} <span className="text-muted">{extensionName}</span>
      </>
    ),
  },
  { id: 'user', head: 'SIP user', cell: ({ sipUser }) => <code className="font-mono text-caption">{sipUser}</code> },
  {
    id: 'state',
    head: 'State',
    phone: 'value',
    cell: ({ registration }) => (
      <StatusDot tone={registrations[registration].tone}>{registrations[registration].word}</StatusDot>
    ),
  },
  {
    id: 'program',
    head: 'Reported by the phone',
    cell: ({ userAgent, source, protocol }) => (
      <span className="text-muted">
        {[userAgent, source && `${source}${protocol ? ` over ${protocol.toUpperCase()}` : ''}`]
          .filter(Boolean)
          .join(', ')}
      </span>
    ),
  },
  {
    id: 'until',
    head: 'Registered until',
    cell: ({ registeredUntil }) => (registeredUntil ? <InstantText iso={registeredUntil} /> : '–'),
  },
]

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
    head: 'Act',
    isHeadSilent: true,
    align: 'end',
    phone: 'aside',
    cell: (device) => (
      <Button
        size="small"
        aria-label={`New password for ${device.label}, ${device.sipUser}`}
        onPointerEnter={warmDialog}
        onFocus={warmDialog}
        onClick={() => renew(device)}
      >
        New password
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
      Add a phone
    </Button>
  )
  return (
    <>
      {head?.(add)}
      <Panel {...(head ? {} : { title: 'Phones', aside: add })}>
        <DataTable
          {...phones}
          caption="Phones"
          columns={[
            ...columns.slice(0, 2),
            ...customerColumn<Device>(me, customerId),
            ...columns.slice(2),
            ...(me.permissions.includes('extensions.write') ? [act] : []),
          ]}
          idOf={(device) => device.id}
          empty={<EmptyState title={search ? `No phone fits “${search}”.` : 'There are no phones yet.'} />}
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
      title="Add a phone"
      act="Add"
      onClose={onClose}
      send={async (read) => {
        const body = { ...whose, extensionId: read('extension'), label: read('label') }
        const done = await api.post('/api/v1/devices', { body })
        if (!done.ok) return done
        onClose()
        onDone({ title: `${body.label} was added`, account: done.value })
        await changed(client, '/api/v1/devices')
        return done
      }}
    >
      <p className="text-muted">
        You will be shown its SIP user and password. A monthly price, if it has one, begins today.
      </p>
      <Field
        label="Name"
        name="label"
        required
        maxLength={100}
        hint="Such as Desk phone, front office"
        autoComplete="off"
      />
      <ExtensionChoice customerId={customerId} label="Rings for extension" name="extension" required />
    </FormDialog>
  )
}

type RenewProps = { readonly device: Device; readonly onClose: () => void; readonly onDone: (shown: Shown) => void }

function RenewPassword({ device, onClose, onDone }: RenewProps) {
  return (
    <FormDialog
      title={`Give ${device.label} a new SIP password?`}
      act="Give a new password"
      look="danger"
      onClose={onClose}
      send={async () => {
        const done = await api.post('/api/v1/devices/{id}/password', { params: { id: device.id } })
        if (!done.ok) return done
        onClose()
        onDone({ title: `New password of ${device.label}`, account: done.value })
        return done
      }}
    >
      <p className="text-muted">
        The phone of extension {device.extension} {device.extensionName} stops working at its next registration, until
        the new password is entered in it. This is recorded.
      </p>
    </FormDialog>
  )
}
