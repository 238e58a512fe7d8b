/** Which leg is meant by a dialog that somebody names in a header: Replaces (RFC 3891 §3), Target-Dialog. */

import type { DialogId } from '../dialog.ts'
import type { LegId } from '../endpoint.ts'
import type { Stack } from './leg.ts'

/** The leg of a dialog: Call-ID and both tags have to fit, as far as the far side has one yet. */
export function findLeg(stack: Stack, { callId, toTag, fromTag }: DialogId): LegId | undefined {
  for (const [own, far] of [
    [toTag, fromTag],
    [fromTag, toTag],
  ]) {
    const leg = stack.byTag.get(own ?? '')
    if (leg?.callId === callId && (!leg.dialog || leg.dialog.remoteTag === far)) return leg.id
  }
  return undefined
}

/** How a leg's dialog is named by us; the far tag is '' while nobody has answered there. */
export function dialogIdOf(stack: Stack, legId: LegId): DialogId | undefined {
  const leg = stack.legs.get(legId)
  return leg && { callId: leg.callId, toTag: leg.dialog?.remoteTag ?? leg.earlyTag ?? '', fromTag: leg.localTag }
}
