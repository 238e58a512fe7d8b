/** Controls beside the input: a switch, a box to tick, one of a few, a longer text. The browser's own, labelled. */

import { useId, type ComponentPropsWithRef, type ReactNode } from 'react'

type TickProps = Omit<ComponentPropsWithRef<'input'>, 'type'> & { readonly label: ReactNode; readonly hint?: string }

/** A box to tick. */
export function CheckField({ label, hint, className = '', ...input }: TickProps) {
  const id = useId()
  return (
    <div className={`flex gap-2.5 ${className}`}>
      <input
        {...input}
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 size-4.5 shrink-0 accent-(--accent-solid) pointer-coarse:size-6"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="text-caption text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}

type SwitchProps = {
  readonly label: string
  readonly isOn: boolean
  readonly isBusy?: boolean
  readonly onChange: (isOn: boolean) => void
}

/** Turns something on or off at once. */
export function Switch({ label, isOn, isBusy = false, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      disabled={isBusy}
      onClick={() => onChange(!isOn)}
      className="inline-flex min-h-8 items-center gap-2.5 text-left disabled:opacity-50 pointer-coarse:min-h-11"
    >
      <span
        aria-hidden="true"
        className={`flex h-5 w-9 shrink-0 rounded-full border p-0.5 transition-colors ${
          isOn ? 'justify-end border-accent bg-accent' : 'border-line-strong bg-hover'
        }`}
      >
        <span className={`size-3.5 rounded-full ${isOn ? 'bg-accent-on' : 'bg-line-strong'}`} />
      </span>
      {label}
    </button>
  )
}

type RadioGroupProps<Value extends string> = {
  readonly label: string
  readonly name: string
  readonly options: readonly { readonly value: Value; readonly label: ReactNode; readonly hint?: string }[]
  readonly value?: Value
  readonly onChange?: (value: Value) => void
}

/** One of a few, all of them seen. */
export function RadioGroup<Value extends string>(props: RadioGroupProps<Value>) {
  const { label, name, options, value, onChange } = props
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-caption font-medium text-muted">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex min-h-8 cursor-pointer gap-2.5 pointer-coarse:min-h-11">
          <input
            type="radio"
            name={name}
            value={option.value}
            className="mt-0.5 size-4.5 shrink-0 accent-(--accent-solid)"
            {...(onChange
              ? { checked: value === option.value, onChange: () => onChange(option.value) }
              : { defaultChecked: value === option.value })}
          />
          <span>
            {option.label}
            {option.hint && <span className="block text-caption text-muted">{option.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

type TextAreaProps = ComponentPropsWithRef<'textarea'> & { readonly label: string; readonly hint?: string }

/** A text of several lines. */
export function TextArea({ label, hint, className = '', ...area }: TextAreaProps) {
  const id = useId()
  return (
    <div className={`grid gap-1 ${className}`}>
      <label htmlFor={id} className="text-caption font-medium text-muted">
        {label}
      </label>
      <textarea
        rows={5}
        {...area}
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={
          'w-full min-w-0 rounded-control border border-line-strong bg-raised px-2.5 py-2 text-ink ' +
          'placeholder:text-muted pointer-coarse:text-lead'
        }
      />
      {hint && (
        <p id={`${id}-hint`} className="text-caption text-muted">
          {hint}
        </p>
      )}
    </div>
  )
}
