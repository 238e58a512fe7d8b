/** The page on which a card is entered, inside a dialog: its fields are the card processor's, no number comes here. */

import { useCallback, useEffect } from 'react'
import { LazyDialog } from '../../ui/lazy-dialog.tsx'

type CardDialogProps = {
  readonly title: string
  /** The page's address. */
  readonly path: string
  readonly onClose: () => void
  readonly onDone: () => void
}

/** The dialog; it tells when the page has done what it was opened for. */
export function CardDialog({ title, path, onClose, onDone }: CardDialogProps) {
  useEffect(() => {
    const hear = ({ origin, data }: MessageEvent): void => {
      if (origin === location.origin && (data as { payment?: unknown } | null)?.payment === 'done') onDone()
    }
    addEventListener('message', hear)
    return () => removeEventListener('message', hear)
  }, [onDone])
  // A page of our own, which has to run the processor's script: a sandbox that lets it do that would be none.
  const show = useCallback(
    (place: HTMLDivElement | null) => {
      const frame = document.createElement('iframe')
      frame.src = `${path}?embedded`
      frame.title = title
      frame.className = 'h-130 w-full border-0'
      place?.replaceChildren(frame)
    },
    [path, title],
  )
  return (
    <LazyDialog title={title} onClose={onClose}>
      <div ref={show} />
    </LazyDialog>
  )
}
