/** Company: the account ID, who serves it, the zone of who reads, where bank money goes on request. */

import { useState, type SyntheticEvent } from 'react'
import { formatNumber } from '../../../base/index.ts'
import { api } from '../data/api.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Facts } from '../ui/facts.tsx'
import { Field } from '../ui/field.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { tell } from '../ui/toast.tsx'
import { settingsTexts } from './settings/settings-texts.ts'

export const title = (): string => settingsTexts.company.title

/** Everything that it shows first comes with every page. */
export const firstReads: PageModule['firstReads'] = () => []

/** The page. */
export function Page() {
  const { me, brand } = useHouse()
  const texts = settingsTexts.company
  const mail = (address: string) =>
    address && (
      <a href={`mailto:${address}`} className="text-accent-text hover:underline">
        {address}
      </a>
    )
  return (
    <>
      <PageHead title={texts.title} />
      <div className="grid gap-5">
        <Panel>
          <div className="p-4">
            <Facts
              facts={[
                me.accountCode !== null && {
                  name: texts.account,
                  value: (
                    <>
                      <CopyText name={texts.account} text={me.accountCode} />
                      <span className="block text-caption text-muted">{texts.accountNote}</span>
                    </>
                  ),
                },
                { name: texts.served, value: brand.name },
                { name: texts.support, value: mail(brand.supportEmail) },
                { name: texts.billing, value: mail(brand.billingEmail) },
                { name: texts.phone, value: brand.phone && formatNumber(brand.phone) },
                {
                  name: texts.terms,
                  value: brand.termsUrl && (
                    <a href={brand.termsUrl} rel="noreferrer" className="text-accent-text hover:underline">
                      {brand.termsUrl}
                    </a>
                  ),
                },
              ]}
            />
          </div>
        </Panel>
        <Zone />
        {me.permissions.includes('accounts.read') && <Bank />}
      </div>
    </>
  )
}

function Zone() {
  const { me } = useHouse()
  const texts = settingsTexts.company
  const save = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const zone = new FormData(event.currentTarget).get('zone')
    const done = await api.patch('/api/v1/me', { body: { zone: typeof zone === 'string' ? zone.trim() : '' } })
    if (!done.ok) return tell('danger', `${done.failure.message}.`)
    location.reload()
    return undefined
  }
  return (
    <Panel>
      <form onSubmit={(event) => void save(event)} className="flex flex-wrap items-end gap-3 p-4">
        <Field
          label={texts.zone}
          hint={texts.zoneNote}
          name="zone"
          defaultValue={me.zone}
          required
          maxLength={60}
          className="w-72 max-w-full"
        />
        <Button type="submit">{texts.save}</Button>
      </form>
    </Panel>
  )
}

type Row = { readonly label: string; readonly value: string }

function Bank() {
  const [rows, show] = useState<readonly Row[]>()
  const texts = settingsTexts.company
  const reveal = async (): Promise<void> => {
    const done = await api.post('/api/v1/brand/bank-details', {})
    if (done.ok) show(done.value.rows)
    else tell('danger', `${done.failure.message}.`)
  }
  return (
    <Panel title={texts.bank}>
      <div className="grid gap-3 px-4 pb-4">
        <p className="text-muted">{texts.bankNote}</p>
        {rows === undefined ? (
          <div>
            <Button onClick={() => void reveal()}>{texts.bankShow}</Button>
          </div>
        ) : rows.length === 0 ? (
          <p>{texts.bankNone}</p>
        ) : (
          <Facts facts={rows.map(({ label, value }) => ({ name: label, value }))} />
        )}
      </div>
    </Panel>
  )
}
