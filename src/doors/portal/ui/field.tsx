/** A labelled control with its hint and its error. */

import { useId, type ComponentPropsWithRef, type ReactNode } from 'react'

type FieldProps = ComponentPropsWithRef<'input'> & {
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
}

const box =
  'h-9 w-full min-w-0 rounded-control border bg-raised px-2.5 text-ink placeholder:text-muted pointer-coarse:h-11 ' +
  'pointer-coarse:text-lead'

/** An input under its label; an error is announced and tied to the input. */
export function Field({ label, hint, error, className = '', ...input }: FieldProps) {
  const id = useId()
  return (
    <Labelled id={id} label={label} hint={hint} error={error} className={className}>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
        className={`${box} ${error ? 'border-danger' : 'border-line-strong'}`}
      />
    </Labelled>
  )
}

type SelectProps = ComponentPropsWithRef<'select'> & { readonly label: string; readonly hint?: string }

/** A choice under its label: the browser's own, which works with every keyboard, thumb and screen reader. */
export function SelectField({ label, hint, className = '', ...select }: SelectProps) {
  const id = useId()
  return (
    <Labelled id={id} label={label} hint={hint} className={className}>
      <select
        {...select}
        id={id}
        aria-describedby={hint ? `${id}-note` : undefined}
        className={`${box} border-line-strong`}
      />
    </Labelled>
  )
}

type LabelledProps = {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly className: string
  readonly children: ReactNode
}

function Labelled({ id, label, hint, error, className, children }: LabelledProps) {
  const note = error ?? hint
  return (
    <div className={`grid gap-1 ${className}`}>
      <label htmlFor={id} className="text-caption font-medium text-muted">
        {label}
      </label>
      {children}
      {note && (
        <p id={`${id}-note`} className={`text-caption ${error ? 'text-danger' : 'text-muted'}`}>
          {note}
        </p>
      )}
    </div>
  )
}
