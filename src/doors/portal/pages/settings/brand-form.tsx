/** Name, colour with its preview, addresses, voice and hours of a brand: one form, one save. */

import { useState, type SyntheticEvent } from 'react'
import { api } from '../../data/api.ts'
import type { BrandFace } from '../../data/settings.ts'
import { accentOf, grounds } from '../../branding/accent.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/choice.tsx'
import { Field } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { brandTexts } from './brand-texts.ts'

type FormProps = { readonly brand: BrandFace; readonly onSaved: () => Promise<void> }

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const

/** What the form says, as the API takes it. */
function bodyOf(form: FormData) {
  const text = (name: string): string => {
    const value = form.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const days = DAYS.filter((day) => form.get(`day-${day}`) !== null)
  return {
    name: text('name'),
    colour: text('colour'),
    host: text('host'),
    senderEmail: text('senderEmail'),
    supportEmail: text('supportEmail'),
    billingEmail: text('billingEmail'),
    phone: text('phone'),
    postalAddress: text('postalAddress'),
    termsUrl: text('termsUrl'),
    voiceText: text('voiceText'),
    zone: text('zone'),
    hours: days.length === 0 ? [] : [{ days, from: text('from'), to: text('to') }],
    holidays: text('holidays').split(/\s+/).filter(Boolean),
  }
}

/** The form. */
export function BrandForm({ brand, onSaved }: FormProps) {
  const [colour, setColour] = useState(brand.colour)
  const [refusal, setRefusal] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const body = bodyOf(new FormData(event.currentTarget))
    setBusy(true)
    const done = await api.patch('/api/v1/brands/{id}', { params: { id: brand.tenantId }, body })
    setBusy(false)
    setRefusal(done.ok ? undefined : `${done.failure.message}.`)
    if (!done.ok) return
    tell('ok', brandTexts.saved)
    await onSaved()
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-5">
      <Panel title={brandTexts.look}>
        <div className="grid items-start gap-4 px-4 pb-4 md:grid-cols-2">
          <Field label={brandTexts.name} name="name" defaultValue={brand.name} required maxLength={200} />
          <Field
            label={brandTexts.colour}
            hint={brandTexts.colourHint}
            name="colour"
            type="color"
            value={colour}
            onChange={(event) => setColour(event.target.value)}
          />
          <Preview colour={colour} />
        </div>
      </Panel>
      <Addresses brand={brand} />
      <Hours brand={brand} />
      {refusal && (
        <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger">
          {refusal}
        </p>
      )}
      <div>
        <Button type="submit" look="primary" disabled={isBusy}>
          {brandTexts.save}
        </Button>
      </div>
    </form>
  )
}

/** Button and link as they will be, on light and on dark; drawn as a picture, which needs no style of its own. */
function Preview({ colour }: { readonly colour: string }) {
  const { solid, on, text } = accentOf(colour)
  const looks = [
    { ground: grounds.light[0], link: text.light },
    { ground: grounds.dark[0], link: text.dark },
  ]
  return (
    <figure className="md:col-span-2">
      <figcaption className="mb-1 text-caption font-medium text-muted">{brandTexts.preview}</figcaption>
      <svg role="img" aria-label={brandTexts.preview} viewBox="0 0 480 64" className="w-full max-w-xl rounded-panel">
        {looks.map(({ ground, link }, at) => (
          <g key={ground} transform={`translate(${at * 240} 0)`} fontSize="14" fontFamily="system-ui">
            <rect width="240" height="64" fill={ground} />
            <rect x="16" y="14" width="108" height="36" rx="6" fill={solid} />
            <text x="70" y="37" textAnchor="middle" fill={on} fontWeight="600">
              {brandTexts.previewButton}
            </text>
            <text x="146" y="37" fill={link} textDecoration="underline">
              {brandTexts.previewLink}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  )
}

function Addresses({ brand }: { readonly brand: BrandFace }) {
  return (
    <Panel title={brandTexts.addresses}>
      <div className="grid items-start gap-4 px-4 pb-4 md:grid-cols-2">
        <Field
          label={brandTexts.host}
          hint={brandTexts.hostHint}
          name="host"
          defaultValue={brand.host}
          required
          maxLength={253}
          spellCheck={false}
          autoCapitalize="none"
        />
        {(['senderEmail', 'supportEmail', 'billingEmail'] as const).map((name) => (
          <Field
            key={name}
            label={brandTexts[name]}
            name={name}
            type="email"
            defaultValue={brand[name]}
            maxLength={254}
          />
        ))}
        <Field label={brandTexts.phone} name="phone" type="tel" defaultValue={brand.phone} maxLength={16} />
        <Field label={brandTexts.termsUrl} name="termsUrl" type="url" defaultValue={brand.termsUrl} maxLength={500} />
        <TextArea
          label={brandTexts.postalAddress}
          name="postalAddress"
          defaultValue={brand.postalAddress}
          maxLength={500}
          rows={3}
        />
        <TextArea
          label={brandTexts.voiceText}
          hint={brandTexts.voiceHint}
          name="voiceText"
          defaultValue={brand.voiceText}
          maxLength={500}
          rows={3}
        />
      </div>
    </Panel>
  )
}

function Hours({ brand }: { readonly brand: BrandFace }) {
  const [first] = brand.hours
  return (
    <Panel title={brandTexts.calendar}>
      <div className="grid items-start gap-4 px-4 pb-4 md:grid-cols-3">
        <Field label={brandTexts.zone} name="zone" defaultValue={brand.zone} required maxLength={60} />
        <Field label={brandTexts.from} name="from" type="time" defaultValue={first?.from ?? '09:00'} required />
        <Field label={brandTexts.to} name="to" type="time" defaultValue={first?.to ?? '18:00'} required />
        <fieldset className="md:col-span-3">
          <legend className="text-caption font-medium text-muted">{brandTexts.days}</legend>
          <div className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
            {DAYS.map((day) => (
              <label key={day} className="flex min-h-8 items-center gap-1.5 pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  name={`day-${day}`}
                  defaultChecked={first?.days.includes(day)}
                  className="size-4.5 accent-(--accent-solid)"
                />
                {brandTexts.dayNames[day - 1]}
              </label>
            ))}
          </div>
        </fieldset>
        <TextArea
          label={brandTexts.holidays}
          name="holidays"
          defaultValue={brand.holidays.join('\n')}
          rows={3}
          className="md:col-span-3"
        />
      </div>
    </Panel>
  )
}
