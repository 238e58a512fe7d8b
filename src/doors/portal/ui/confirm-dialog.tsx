/**
 * Asks before something is done, naming the object. What cannot be undone wants the object's name typed, and a reason
 * where the audit needs one.
 */

import { useId, useState, type ReactNode } from 'react'
import type { Result } from '../../../base/index.ts'
import { uiTexts } from '../words/ui-texts.ts'
import { Field } from './field.tsx'
import { FormDialog } from './form-dialog.tsx'

type ConfirmDialogProps = {
  /** "Release (416) 555-0142?" */
  readonly title: string
  /** What the button says: "Release the number". */
  readonly act: string
  readonly look?: 'primary' | 'danger'
  /** What will happen, and what it costs or saves. */
  readonly children?: ReactNode
  /** The name to type before an act that cannot be undone. */
  readonly typed?: string
  readonly wantsReason?: boolean
  readonly onClose: () => void
  /** Does it; the dialog says why when it is refused. */
  readonly onConfirm: (reason: string) => Promise<Result<unknown>>
}

/** The dialog. The caller takes it away once `onConfirm` has succeeded. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, act, look = 'danger', children, typed, wantsReason = false, onClose, onConfirm } = props
  const id = useId()
  const [text, setText] = useState('')
  return (
    <FormDialog
      title={title}
      act={act}
      look={look}
      isReady={typed === undefined || text.trim() === typed}
      onClose={onClose}
      send={(read) => onConfirm(wantsReason ? read('reason') : '')}
    >
      {children && <div className="text-muted">{children}</div>}
      {wantsReason && <Field label={uiTexts.reason} name="reason" required maxLength={500} autoComplete="off" />}
      {typed !== undefined && (
        <>
          <p id={id} className="font-medium">
            {uiTexts.cannotBeUndone}
          </p>
          <Field
            label={uiTexts.typeToConfirm(typed)}
            value={text}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={id}
            onChange={(event) => setText(event.target.value)}
          />
        </>
      )}
    </FormDialog>
  )
}
