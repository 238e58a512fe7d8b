/** The logo of a brand: chosen from a file, shown, taken away. */

import type { ChangeEvent } from 'react'
import { api } from '../../data/api.ts'
import type { BrandFace } from '../../data/settings.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { brandTexts } from './brand-texts.ts'
import { readBase64 } from './read-base64.ts'

/** The panel. */
export function LogoPanel({ brand, onSaved }: { readonly brand: BrandFace; readonly onSaved: () => Promise<void> }) {
  const params = { id: brand.tenantId }
  const choose = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = event.target.files ?? []
    if (!file) return
    const base64 = await readBase64(file)
    const done = await api.put('/api/v1/brands/{id}/logo', { params, body: { base64 } })
    if (done.ok) tell('ok', brandTexts.logoSet)
    else tell('danger', `${done.failure.message}.`)
    await onSaved()
  }
  const remove = async (): Promise<void> => {
    const done = await api.delete('/api/v1/brands/{id}/logo', { params })
    if (done.ok) tell('ok', brandTexts.logoGone)
    else tell('danger', `${done.failure.message}.`)
    await onSaved()
  }
  return (
    <Panel title={brandTexts.logo}>
      <div className="flex flex-wrap items-center gap-4 px-4 pb-4">
        {brand.logoSha256 && (
          <Button size="small" onClick={() => void remove()}>
            {brandTexts.removeLogo}
          </Button>
        )}
        <label className="grid gap-1">
          <span className="text-caption font-medium text-muted">{brandTexts.chooseLogo}</span>
          <input
            type="file"
            accept="image/png,image/jpeg"
            onChange={(event) => void choose(event)}
            className="max-w-full text-table"
          />
        </label>
        <p className="basis-full text-caption text-muted">{brandTexts.logoHint}</p>
      </div>
    </Panel>
  )
}
