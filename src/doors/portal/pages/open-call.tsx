/** The side panel of a call without its weight: its code is fetched when somebody is about to open one. */

import { lazy, Suspense } from 'react'

const load = () => import('./call-detail.tsx')
const Loaded = lazy(async () => ({ default: (await load()).CallDetail }))

/** Fetches the panel's code ahead of its need. */
export function warmCall(): void {
  void load().catch(() => undefined)
}

/** The panel of a call, as soon as its code is there. */
export function OpenCall(props: { readonly id: string; readonly onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  )
}
