/** Sign-in and security: the passkeys and the one-time codes of who is signed in. */

import { useQuery, useQueryClient } from '../data/query.ts'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { changed } from '../data/company.ts'
import { factorsRead } from '../data/settings.ts'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { InstantText } from '../ui/figures.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { warmDialog } from '../ui/lazy-dialog.tsx'
import { EmptyState, FailureState, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { tell } from '../ui/toast.tsx'
import { CodesPanel } from './settings/codes-panel.tsx'
import { makePasskey } from './settings/make-passkey.ts'
import { settingsTexts } from './settings/settings-texts.ts'

export const title = (): string => settingsTexts.security.title

/** What there is already. */
export const firstReads: PageModule['firstReads'] = () => [factorsRead.queryKey[0]]

/** The page. */
export function Page() {
  const factors = useQuery(factorsRead)
  const texts = settingsTexts.security
  return (
    <>
      <PageHead title={texts.title} note={texts.note} />
      {factors.data ? (
        <div className="grid gap-5">
          <Passkeys passkeys={factors.data.passkeys} />
          <CodesPanel isOn={factors.data.usesCodes} />
          <p className="text-muted">{texts.changePassword}</p>
        </div>
      ) : (
        <Panel>
          {factors.error ? (
            <FailureState message={factors.error.message} onRetry={() => void factors.refetch()} />
          ) : (
            <Skeleton lines={5} />
          )}
        </Panel>
      )}
    </>
  )
}

type Passkey = {
  readonly id: string
  readonly label: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

function Passkeys({ passkeys }: { readonly passkeys: readonly Passkey[] }) {
  const client = useQueryClient()
  const [isAdding, beAdding] = useState(false)
  const texts = settingsTexts.security
  const remove = async (id: string): Promise<void> => {
    const done = await api.delete('/api/v1/me/passkeys/{id}', { params: { id } })
    if (done.ok) tell('ok', texts.removed)
    else tell('danger', `${done.failure.message}.`)
    await changed(client, '/api/v1/me')
  }
  return (
    <Panel
      title={texts.passkeys}
      aside={
        <Button size="small" onPointerEnter={warmDialog} onFocus={warmDialog} onClick={() => beAdding(true)}>
          {texts.addPasskey}
        </Button>
      }
    >
      <p className="px-4 pb-3 text-muted">{texts.passkeysNote}</p>
      {passkeys.length === 0 ? (
        <EmptyState title={texts.noPasskeys} />
      ) : (
        <ul aria-label={texts.passkeys} className="divide-y divide-line border-t border-line">
          {passkeys.map(({ id, label, createdAt, lastUsedAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
              <span className="min-w-0 flex-1 font-medium wrap-anywhere">{label}</span>
              <span className="text-table text-muted">
                {texts.used}: <InstantText iso={lastUsedAt ?? createdAt} />
              </span>
              <Button size="small" aria-label={`${texts.remove} ${label}`} onClick={() => void remove(id)}>
                {texts.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {isAdding && (
        <FormDialog
          title={texts.addPasskey}
          act={texts.addPasskey}
          onClose={() => beAdding(false)}
          send={async (read) => {
            const done = await makePasskey(read('label'))
            if (done.ok) {
              tell('ok', texts.passkeyAdded)
              await changed(client, '/api/v1/me')
              beAdding(false)
            }
            return done
          }}
        >
          <Field label={texts.passkeyName} name="label" required maxLength={100} autoComplete="off" />
        </FormDialog>
      )}
    </Panel>
  )
}
