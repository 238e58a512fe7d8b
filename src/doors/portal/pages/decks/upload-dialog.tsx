/** Uploading prices: first what would change, then when it counts. */

import { useState } from 'react'
import { fail, ok, type Result } from '../../../../base/index.ts'
import { api } from '../../data/api.ts'
import { changed } from '../../data/company.ts'
import type { Deck, DeckChanges } from '../../data/decks.ts'
import { useQueryClient } from '../../data/query.ts'
import { Field, SelectField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { tell } from '../../ui/toast.tsx'
import { readBase64 } from '../settings/read-base64.ts'
import { decksTexts } from './decks-texts.ts'

const noFile = fail('portal.no_file', 'choose a CSV or XLSX file')
const SHOWN = 20

type When = 'now' | 'later' | 'at'

/** The dialog: its button shows the changes first, and imports once they were seen. */
export function UploadDialog({ deck, onClose }: { readonly deck: Deck; readonly onClose: () => void }) {
  const client = useQueryClient()
  const [file, choose] = useState<File>()
  const [changes, show] = useState<DeckChanges>()
  const [when, setWhen] = useState<When>('later')
  const params = { id: deck.id }
  const send = async (read: (name: string) => string): Promise<Result<unknown>> => {
    if (!file) return noFile
    const base64 = await readBase64(file)
    if (!changes) {
      const seen = await api.post('/api/v1/decks/{id}/versions', { params, body: { file: base64, preview: true } })
      if (!seen.ok) return seen
      show(seen.value.changes)
      return ok(undefined)
    }
    const at = when === 'at' ? { activatesAt: `${read('at')}:00Z` } : {}
    const body = { file: base64, activate: when === 'now', ...at }
    const done = await api.post('/api/v1/decks/{id}/versions', { params, body })
    if (done.ok) {
      tell('ok', decksTexts.importedDone(done.value.rows))
      await changed(client, '/api/v1/decks')
      onClose()
    }
    return done
  }
  return (
    <FormDialog
      title={decksTexts.uploadTo(deck.name)}
      act={changes ? decksTexts.import : decksTexts.look}
      onClose={onClose}
      send={send}
    >
      <Field
        label={decksTexts.file}
        hint={decksTexts.fileHint}
        type="file"
        accept=".csv,.xlsx,text/csv"
        required
        onChange={(event) => {
          choose(event.target.files?.[0])
          show(undefined)
        }}
      />
      {changes && (
        <>
          <Changes changes={changes} />
          <SelectField label={decksTexts.when} value={when} onChange={(event) => setWhen(event.target.value as When)}>
            <option value="later">{decksTexts.whenLater}</option>
            <option value="now">{decksTexts.whenNow}</option>
            <option value="at">{decksTexts.whenAt}</option>
          </SelectField>
          {when === 'at' && <Field label={decksTexts.at} name="at" type="datetime-local" required />}
        </>
      )}
    </FormDialog>
  )
}

function Changes({ changes }: { readonly changes: DeckChanges }) {
  const { added, removed, up, down, same, rows } = changes
  return (
    <section aria-label={decksTexts.changes}>
      <p className="font-medium">{decksTexts.summary(added, removed, up, down, same)}</p>
      {rows.length > 0 && (
        <table className="mt-2 w-full text-table">
          <caption className="sr-only">{decksTexts.changes}</caption>
          <thead>
            <tr className="border-b border-line text-left text-muted">
              <th scope="col" className="py-1.5 pr-3 font-medium">
                {decksTexts.destination}
              </th>
              <th scope="col" className="py-1.5 pr-3 text-right font-medium">
                {decksTexts.before}
              </th>
              <th scope="col" className="py-1.5 text-right font-medium">
                {decksTexts.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((row) => (
              <tr key={`${row.direction} ${row.prefix}`} className="border-b border-line last:border-0">
                <th scope="row" className="py-1.5 pr-3 text-left font-normal wrap-anywhere">
                  {row.destination} +{row.prefix} <span className="text-muted">{decksTexts.kinds[row.change]}</span>
                </th>
                <td className="py-1.5 pr-3 text-right">{row.before ?? '–'}</td>
                <td className="py-1.5 text-right">{row.after ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
