/** Dialogs and side panels, on Base UI. Loaded when one is first opened: see lazy-dialog.tsx. */

import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { shellTexts } from '../words/shell-texts.ts'

export type DialogProps = {
  readonly title: string
  /** In the middle, or along the right edge (the whole width of a phone). */
  readonly place?: 'middle' | 'side'
  readonly onClose: () => void
  readonly children: ReactNode
  /** Buttons at the foot, the harmless one first; without them a cross closes. */
  readonly foot?: ReactNode
  /** Neither Escape nor a click beside it closes it. */
  readonly isFirm?: boolean
}

const places = {
  middle:
    'top-1/2 left-1/2 w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 rounded-panel ' +
    'max-h-[calc(100dvh-2rem)] overflow-y-auto',
  side: 'inset-y-0 right-0 w-full max-w-lg overflow-y-auto sm:rounded-l-panel',
} as const

/** An open dialog; the caller takes it away when it is closed. */
export function Dialog({ title, place = 'middle', onClose, children, foot, isFirm = false }: DialogProps) {
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && !isFirm && onClose()}>
      <Base.Portal container={document.getElementById('popups')}>
        <Base.Backdrop className="fixed inset-0 z-30 bg-overlay transition-opacity data-starting-style:opacity-0" />
        <Base.Popup
          className={
            `fixed z-30 bg-raised p-5 shadow-popup outline-none transition-opacity data-starting-style:opacity-0 ` +
            places[place]
          }
        >
          <div className="mb-3 flex items-start justify-between gap-4">
            <Base.Title className="text-section font-semibold">{title}</Base.Title>
            {!foot && (
              <Base.Close
                render={
                  <Button
                    look="quiet"
                    size="small"
                    icon="cross"
                    aria-label={shellTexts.close}
                    className="-mt-1.5 -mr-1.5"
                  />
                }
              />
            )}
          </div>
          {children}
          {foot && <div className="mt-5 flex flex-wrap justify-end gap-2">{foot}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
