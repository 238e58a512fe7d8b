/** Chooses a range of whole days: a preset, or a first and a last day. */

import { useState, type SyntheticEvent } from 'react'
import type { Range } from '../data/api.ts'
import { inclusiveDays, presetOf, presetRange, presets, rangeOfDays } from '../data/range.ts'
import { useHouse } from '../shell/house.tsx'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { rangeTexts } from '../words/range-texts.ts'

type PickerProps = { readonly range: Range; readonly onChange: (range: Range) => void }

const presetWords = { 'this-month': 'thisMonth', 'last-month': 'lastMonth', 'last-7-days': 'last7Days' } as const

/** The bar above a report. */
export function DateRangePicker({ range, onChange }: PickerProps) {
  const { me, at } = useHouse()
  const preset = presetOf(range, at, me.zone)
  const [isCustom, beCustom] = useState(preset === undefined)
  const tab = (isChosen: boolean): string =>
    'h-8 rounded-control px-3 text-table transition-colors pointer-coarse:h-10 ' +
    (isChosen ? 'bg-segment font-medium text-ink shadow-raised' : 'text-muted hover:text-ink')
  return (
    <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
      <fieldset aria-label={rangeTexts.range} className="flex flex-wrap rounded-control bg-hover p-0.5">
        {presets.map((id) => (
          <button
            key={id}
            type="button"
            aria-pressed={!isCustom && preset === id}
            className={tab(!isCustom && preset === id)}
            onClick={() => {
              beCustom(false)
              onChange(presetRange(id, at, me.zone))
            }}
          >
            {rangeTexts[presetWords[id]]}
          </button>
        ))}
        <button type="button" aria-pressed={isCustom} className={tab(isCustom)} onClick={() => beCustom(true)}>
          {rangeTexts.custom}
        </button>
      </fieldset>
      {isCustom && <CustomDays key={`${range.from} ${range.to}`} range={range} onChange={onChange} />}
    </div>
  )
}

function CustomDays({ range, onChange }: PickerProps) {
  const shown = inclusiveDays(range)
  const [first, setFirst] = useState(shown.first)
  const [last, setLast] = useState(shown.last)
  const [error, setError] = useState<string>()
  const apply = (event: SyntheticEvent): void => {
    event.preventDefault()
    const chosen = rangeOfDays(first, last)
    setError(chosen ? undefined : rangeTexts.wrongOrder)
    if (chosen) onChange(chosen)
  }
  return (
    <form onSubmit={apply} className="flex flex-wrap items-end gap-2">
      <Field
        label={rangeTexts.firstDay}
        type="date"
        required
        value={first}
        onChange={(e) => setFirst(e.target.value)}
      />
      <Field
        label={rangeTexts.lastDay}
        type="date"
        required
        value={last}
        error={error}
        onChange={(e) => setLast(e.target.value)}
      />
      <Button type="submit" look="primary">
        {rangeTexts.show}
      </Button>
    </form>
  )
}
