/** Dialogs and notices that come and go. */

import { useState } from 'react'
import { ok } from '../../../../base/index.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { LazyDialog, warmDialog } from '../../ui/lazy-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'

/** The samples. */
export function PopupSamples() {
  const [opened, open] = useState<'ask' | 'typed' | 'side'>()
  const close = (): void => open(undefined)
  const done = () => {
    close()
    tell('ok', '(416) 555-0142 was released.')
    return Promise.resolve(ok(undefined))
  }
  return (
    <Panel title="Popups">
      <div className="flex flex-wrap gap-3 px-4 pb-4" onPointerEnter={warmDialog}>
        <Button onClick={() => open('ask')}>Ask</Button>
        <Button onClick={() => open('typed')}>Ask for the name</Button>
        <Button onClick={() => open('side')}>Side panel</Button>
        <Button onClick={() => tell('ok', 'It was done.')}>Notice</Button>
        <Button onClick={() => tell('ok', 'The rule was deleted.', () => tell('ok', 'The rule is back.'))}>
          Notice with a way back
        </Button>
        <Button onClick={() => tell('danger', 'It was refused.')}>Refusal</Button>
      </div>
      {opened === 'ask' && (
        <ConfirmDialog title="Remove Reception’s phone?" act="Remove the phone" onClose={close} onConfirm={done}>
          Stops $24.95 a month today; $9.15 is credited on Dec 1.
        </ConfirmDialog>
      )}
      {opened === 'typed' && (
        <ConfirmDialog
          title="Release (416) 555-0142?"
          act="Release the number"
          typed="(416) 555-0142"
          wantsReason
          onClose={close}
          onConfirm={done}
        />
      )}
      {opened === 'side' && (
        <LazyDialog title="A side panel" place="side" onClose={close}>
          <p>What is opened beside the list.</p>
        </LazyDialog>
      )}
    </Panel>
  )
}
