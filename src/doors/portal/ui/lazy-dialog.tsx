/** The dialog without its weight: its code is fetched when somebody is about to open one. */

import { lazy, Suspense } from 'react'
import type { DialogProps } from './dialog.tsx'

const load = () => import('./dialog.tsx')
const Loaded = lazy(async () => ({ default: (await load()).Dialog }))

/** Fetches the dialog's code: for `onPointerEnter` and `onFocus` of what opens one. */
export function warmDialog(): void {
  void load().catch(() => undefined)
}

/** An open dialog, as soon as its code is there. */
export function LazyDialog(props: DialogProps) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  )
}
