/** Where a brand's bank money is sent: written here, never shown again here; customers ask for it on their own page. */

import { useState, type SyntheticEvent } from 'react'
import { api } from '../../data/api.ts'
import type { BrandFace } from '../../data/settings.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/choice.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { brandTexts } from './brand-texts.ts'

/** `Account: 123-456-7` a line. */
function rowsOf(text: string): { readonly label: string; readonly value: string }[] {
  return text
    .split('\n')
    .map((line) => ({ label: line.split(':')[0]!.trim(), value: line.split(':').slice(1).join(':').trim() }))
    .filter(({ label, value }) => label !== '' && value !== '')
}

/** The form. */
export function BankForm({ brand }: { readonly brand: BrandFace }) {
  const [text, type] = useState('')
  const save = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const done = await api.put('/api/v1/brands/{id}/bank-details', {
      params: { id: brand.tenantId },
      body: { rows: rowsOf(text) },
    })
    if (!done.ok) return tell('danger', `${done.failure.message}.`)
    tell('ok', brandTexts.bankSaved)
    type('')
    return undefined
  }
  return (
    <Panel title={brandTexts.bank}>
      <form onSubmit={(event) => void save(event)} className="grid gap-3 px-4 pb-4">
        <TextArea
          label={brandTexts.bank}
          hint={brandTexts.bankHint}
          value={text}
          onChange={(event) => type(event.target.value)}
          rows={4}
          autoComplete="off"
        />
        <div>
          <Button type="submit" disabled={rowsOf(text).length === 0}>
            {brandTexts.saveBank}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
