/** Controls in their states. */

import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CheckField, RadioGroup, Switch, TextArea } from '../../ui/choice.tsx'
import { DropDown, DropDownAct } from '../../ui/drop-down.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'

const looks = ['primary', 'plain', 'quiet', 'danger'] as const

/** The samples. */
export function ControlSamples() {
  const [isOn, turn] = useState(true)
  const [way, choose] = useState<'card' | 'transfer'>('card')
  return (
    <div className="grid gap-5">
      <Panel title="Buttons">
        <div className="flex flex-wrap gap-3 px-4 pb-4">
          {looks.map((look) => (
            <Button key={look} look={look}>
              {look}
            </Button>
          ))}
          <Button disabled>disabled</Button>
          <Button size="small" icon="download">
            small
          </Button>
          <Button look="quiet" icon="cross" aria-label="Only an icon" />
          <DropDown label="More">
            {(close) => (
              <DropDownAct
                onClick={() => {
                  close()
                  tell('ok', 'It was done.', () => tell('ok', 'It was undone.'))
                }}
              >
                Do it, with a way back
              </DropDownAct>
            )}
          </DropDown>
        </div>
      </Panel>
      <Panel title="Fields">
        <div className="grid max-w-md gap-4 px-4 pb-4">
          <Field label="Name" defaultValue="Ada Lovell" />
          <Field label="With a hint" hint="As it stands on the invoice" />
          <Field label="Refused" error="Extension 201 is taken; choose another number" defaultValue="201" />
          <Field label="Disabled" disabled defaultValue="Fixed" />
          <SelectField label="A choice">
            <option>First</option>
            <option>Second</option>
          </SelectField>
          <TextArea label="A longer text" hint="Up to 10,000 characters" maxLength={10_000} />
          <CheckField label="Send a copy" hint="To the address of the company" defaultChecked />
          <Switch label="Do not disturb" isOn={isOn} onChange={turn} />
          <RadioGroup
            label="Way to pay"
            name="way"
            value={way}
            onChange={choose}
            options={[
              { value: 'card', label: 'Card', hint: 'Charged on the 1st' },
              { value: 'transfer', label: 'e-transfer' },
            ]}
          />
        </div>
      </Panel>
    </div>
  )
}
