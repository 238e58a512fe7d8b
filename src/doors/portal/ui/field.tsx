/** A labelled control with its hint and its error. */

import { useId, type ComponentPropsWithRef } from 'react'

type FieldProps = ComponentPropsWithRef<'input'> & {
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
}

/** An input under its label; an error is announced and tied to the input. */
export function Field({ label, hint, error, className = '', ...input }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={`grid gap-1 ${className}`}>
      <label htmlFor={id} className="text-caption font-medium text-muted">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className={
          'h-9 rounded-control border bg-raised px-2.5 text-ink placeholder:text-muted pointer-coarse:h-11 ' +
          `pointer-coarse:text-lead ${error ? 'border-danger' : 'border-line-strong'}`
        }
      />
      {note && (
        <p id={`${id}-note`} className={`text-caption ${error ? 'text-danger' : 'text-muted'}`}>
          {note}
        </p>
      )}
    </div>
  )
}
