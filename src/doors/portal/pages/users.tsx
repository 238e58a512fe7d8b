/** Users: who may sign in, with which role; inviting, locking, looking through a user's eyes. */

import { useQuery, useQueryClient } from '../data/query.ts'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { loginsRead, type Login } from '../data/settings.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { InstantText } from '../ui/figures.tsx'
import { warmDialog } from '../ui/lazy-dialog.tsx'
import { EmptyState, PageHead, Panel } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'
import { tell } from '../ui/toast.tsx'
import { InviteDialog } from './settings/invite-dialog.tsx'
import { settingsTexts } from './settings/settings-texts.ts'

export const title = (): string => settingsTexts.users.title

/** Everybody in scope. */
export const firstReads: PageModule['firstReads'] = () => [loginsRead().queryKey[0]]

type Asked = { readonly login: Login; readonly act: 'lock' | 'look' }

/** The page. */
export function Page() {
  const { me } = useHouse()
  const client = useQueryClient()
  const logins = useQuery(loginsRead())
  const [asked, ask] = useState<Asked>()
  const [isInviting, beInviting] = useState(false)
  const texts = settingsTexts.users
  const mayWrite = me.permissions.includes('logins.write')
  const unlock = async ({ id, name }: Login): Promise<void> => {
    const done = await api.patch('/api/v1/logins/{id}', { params: { id }, body: { status: 'active' } })
    if (done.ok) tell('ok', texts.unlocked(name))
    else tell('danger', `${done.failure.message}.`)
    await changed(client, '/api/v1/logins')
  }
  const again = async ({ id, email }: Login): Promise<void> => {
    const done = await api.post('/api/v1/logins/{id}/invitation', { params: { id } })
    if (done.ok) tell('ok', texts.invited(email))
    else tell('danger', `${done.failure.message}.`)
  }
  return (
    <>
      <PageHead title={texts.title} note={texts.note}>
        {mayWrite && (
          <Button look="primary" onPointerEnter={warmDialog} onFocus={warmDialog} onClick={() => beInviting(true)}>
            {texts.invite}
          </Button>
        )}
      </PageHead>
      <Panel>
        <DataTable
          caption={texts.title}
          columns={columnsFor(me, { ask, unlock, again })}
          rows={logins.data?.items}
          idOf={(login) => login.id}
          failure={logins.error ? { message: logins.error.message, retry: () => void logins.refetch() } : undefined}
          empty={<EmptyState title={texts.empty} />}
        />
      </Panel>
      {isInviting && <InviteDialog onClose={() => beInviting(false)} />}
      {asked && <AskedDialog {...asked} onClose={() => ask(undefined)} />}
    </>
  )
}

type Acts = {
  readonly ask: (asked: Asked) => void
  readonly unlock: (login: Login) => Promise<void>
  readonly again: (login: Login) => Promise<void>
}

function columnsFor(me: ReturnType<typeof useHouse>['me'], acts: Acts): readonly Column<Login>[] {
  const texts = settingsTexts.users
  const serves = me.permissions.includes('customers.read')
  const columns: Column<Login>[] = [
    { id: 'name', head: settingsTexts.name, phone: 'title', cell: ({ name }) => name },
    { id: 'login', head: settingsTexts.email, phone: 'note', cell: ({ login }) => login },
    { id: 'role', head: settingsTexts.role, phone: 'below', cell: ({ role }) => settingsTexts.roles[role] ?? role },
    { id: 'status', head: settingsTexts.status, phone: 'value', cell: (login) => <LoginStatus login={login} /> },
    {
      id: 'secured',
      head: settingsTexts.secured,
      cell: ({ usesCodes, passkeys }) =>
        passkeys > 0 || usesCodes ? (
          [passkeys > 0 && settingsTexts.security.passkeys, usesCodes && settingsTexts.security.codes]
            .filter(Boolean)
            .join(', ')
        ) : (
          <span className="text-muted">{settingsTexts.password}</span>
        ),
    },
    {
      id: 'seen',
      head: settingsTexts.lastSeen,
      phone: 'aside',
      cell: ({ lastSeenAt }) =>
        lastSeenAt === null ? (
          <span className="text-muted">{settingsTexts.never}</span>
        ) : (
          <InstantText iso={lastSeenAt} />
        ),
    },
    {
      id: 'act',
      head: settingsTexts.act,
      isHeadSilent: true,
      align: 'end',
      phone: 'foot',
      cell: (login) => <LoginActs login={login} acts={acts} />,
    },
  ]
  const company: Column<Login> = { id: 'company', head: texts.company, cell: ({ tenantName }) => tenantName }
  return serves ? [columns[0]!, company, ...columns.slice(1)] : columns
}

function LoginStatus({ login }: { readonly login: Login }) {
  if (login.status === 'locked') return <StatusChip tone="danger">{settingsTexts.isLocked}</StatusChip>
  if (login.isInvited) return <StatusChip tone="warn">{settingsTexts.isInvited}</StatusChip>
  return <StatusChip tone="ok">{settingsTexts.active}</StatusChip>
}

function LoginActs({ login, acts }: { readonly login: Login; readonly acts: Acts }) {
  const { me } = useHouse()
  const texts = settingsTexts.users
  const isSelf = login.id === me.loginId
  const mayWrite = me.permissions.includes('logins.write') && !isSelf
  const mayLook = me.permissions.includes('impersonation.use') && login.tenantId !== me.tenantId
  return (
    <span className="flex flex-wrap justify-end gap-1.5 max-md:justify-start">
      {mayLook && login.status === 'active' && (
        <Button
          size="small"
          aria-label={`${texts.look} ${login.name}`}
          onPointerEnter={warmDialog}
          onClick={() => acts.ask({ login, act: 'look' })}
        >
          {texts.look}
        </Button>
      )}
      {mayWrite && login.isInvited && login.status === 'active' && (
        <Button size="small" aria-label={`${texts.again}: ${login.name}`} onClick={() => void acts.again(login)}>
          {texts.again}
        </Button>
      )}
      {mayWrite && (
        <Button
          size="small"
          aria-label={`${login.status === 'locked' ? texts.unlock : texts.lock} ${login.name}`}
          onPointerEnter={warmDialog}
          onClick={() => (login.status === 'locked' ? void acts.unlock(login) : acts.ask({ login, act: 'lock' }))}
        >
          {login.status === 'locked' ? texts.unlock : texts.lock}
        </Button>
      )}
    </span>
  )
}

function AskedDialog({ login, act, onClose }: Asked & { readonly onClose: () => void }) {
  const client = useQueryClient()
  const texts = settingsTexts.users
  const params = { id: login.id }
  if (act === 'look') {
    return (
      <ConfirmDialog
        title={texts.lookTitle(login.name)}
        act={texts.lookAct}
        look="primary"
        wantsReason
        onClose={onClose}
        onConfirm={async (reason) => {
          const done = await api.post('/api/v1/logins/{id}/look', { params, body: { reason } })
          // Another login has other pages and other data: nothing of the own may stay in memory.
          if (done.ok) location.assign('/')
          return done
        }}
      >
        {texts.lookNote}
      </ConfirmDialog>
    )
  }
  return (
    <ConfirmDialog
      title={texts.lockTitle(login.name)}
      act={texts.lock}
      onClose={onClose}
      onConfirm={async () => {
        const done = await api.patch('/api/v1/logins/{id}', { params, body: { status: 'locked' } })
        if (done.ok) {
          tell('ok', texts.locked(login.name))
          await changed(client, '/api/v1/logins')
          onClose()
        }
        return done
      }}
    >
      {texts.lockNote}
    </ConfirmDialog>
  )
}
