/** A dialog with a form: it stays open until what it asks for was done, and says why when it was refused. */

import { useId, useState, type ReactNode, type SyntheticEvent } from 'react'
import type { Result } from '../../../base/index.ts'
import { Button } from './button.tsx'
import { LazyDialog } from './lazy-dialog.tsx'
import { shellTexts } from '../words/shell-texts.ts'

type FormDialogProps = {
  readonly title: string
  /** What the button says that does it. */
  readonly act: string
  readonly look?: 'primary' | 'danger'
  /** Whether it can be done yet. */
  readonly isReady?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
  /** Does it; `read` gives a field's text without the spaces around it. */
  readonly send: (read: (name: string) => string) => Promise<Result<unknown>>
}

/** The dialog. The caller takes it away once `send` has succeeded. */
export function FormDialog({ title, act, look = 'primary', isReady = true, onClose, children, send }: FormDialogProps) {
  const id = useId()
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const submit = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setRefusal(undefined)
    const done = await send((name) => {
      const value = form.get(name)
      return typeof value === 'string' ? value.trim() : ''
    })
    setBusy(false)
    if (!done.ok) setRefusal(sentence(done.failure.message))
  }
  return (
    <LazyDialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{shellTexts.cancel}</Button>
          <Button type="submit" form={id} look={look} disabled={isBusy || !isReady}>
            {act}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={(event) => void submit(event)} className="grid gap-4">
        {children}
        {refusal && (
          <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-danger">
            {refusal}
          </p>
        )}
      </form>
    </LazyDialog>
  )
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}
