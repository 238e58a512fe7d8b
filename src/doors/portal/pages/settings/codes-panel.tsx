/** One-time codes: turning them on with a first code, the codes for paper, turning them off. */

import { useQueryClient } from '../../data/query.ts'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { changed } from '../../data/company.ts'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { LazyDialog, warmDialog } from '../../ui/lazy-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { settingsTexts } from './settings-texts.ts'

type Begun = { readonly secret: string; readonly uri: string }

/** The panel. */
export function CodesPanel({ isOn }: { readonly isOn: boolean }) {
  const client = useQueryClient()
  const [begun, begin] = useState<Begun>()
  const [paper, showPaper] = useState<readonly string[]>()
  const texts = settingsTexts.security
  const start = async (): Promise<void> => {
    const done = await api.post('/api/v1/me/codes', {})
    if (done.ok) begin(done.value)
    else tell('danger', `${done.failure.message}.`)
  }
  const end = async (): Promise<void> => {
    const done = await api.delete('/api/v1/me/codes', {})
    if (done.ok) tell('ok', texts.ended)
    else tell('danger', `${done.failure.message}.`)
    await changed(client, '/api/v1/me')
  }
  return (
    <Panel
      title={texts.codes}
      aside={
        <Button
          size="small"
          onPointerEnter={warmDialog}
          onFocus={warmDialog}
          onClick={() => void (isOn ? end() : start())}
        >
          {isOn ? texts.end : texts.begin}
        </Button>
      }
    >
      <p className="px-4 pb-4 text-muted">{isOn ? texts.codesOn : texts.codesOff}</p>
      {begun && (
        <FormDialog
          title={texts.begin}
          act={texts.confirm}
          onClose={() => begin(undefined)}
          send={async (read) => {
            const done = await api.post('/api/v1/me/codes/confirm', { body: { code: read('code') } })
            if (done.ok) {
              begin(undefined)
              showPaper(done.value.paper)
              await changed(client, '/api/v1/me')
            }
            return done
          }}
        >
          <p className="text-muted">{texts.beginNote}</p>
          <CopyText name={texts.secret} text={begun.secret} />
          <a href={begun.uri} className="text-accent-text underline">
            {texts.open}
          </a>
          <Field
            label={texts.code}
            name="code"
            required
            maxLength={12}
            autoComplete="one-time-code"
            inputMode="numeric"
          />
        </FormDialog>
      )}
      {paper && <PaperCodes codes={paper} onClose={() => showPaper(undefined)} />}
    </Panel>
  )
}

function PaperCodes({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  const texts = settingsTexts.security
  return (
    <LazyDialog
      title={texts.paper}
      onClose={onClose}
      foot={
        <Button look="primary" onClick={onClose}>
          {texts.kept}
        </Button>
      }
    >
      <p className="mb-3 text-muted">{texts.paperNote}</p>
      <ul aria-label={texts.paper} className="grid grid-cols-2 gap-2 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </LazyDialog>
  )
}
