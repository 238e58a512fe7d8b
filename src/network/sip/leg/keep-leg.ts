/**
 * A confirmed leg as plain data, and back: what a journal keeps, so that a process that begins anew answers the
 * requests of calls that another one set up. Passwords are not in it.
 */

import { assert } from '../../../base/index.ts'
import type { Dialog } from '../dialog.ts'
import type { Credentials, KeptLeg } from '../endpoint.ts'
import { addLeg, newLeg, type Leg, type Stack } from './leg.ts'
import { resumeSession } from './session-interval.ts'

/**
 * Requests of ours since the leg was kept are not in it: numbers go on this much higher, which a peer takes
 * (RFC 3261 §12.2.2 asks for higher, not for the next).
 */
const CSEQ_MARGIN = 1000

/** Whose ACK was still on its way may never have heard our 2xx: asked soon, and not all who were carried at once. */
const ASK_MS = 500
const ASK_SPREAD_MS = 4500

/** The leg as it is now; undefined unless both sides have agreed on it. */
export function keepLeg(stack: Stack, leg: Leg): KeptLeg | undefined {
  const { dialog, session } = leg
  if (!dialog || (leg.state !== 'up' && leg.state !== 'answered') || leg.end) return undefined
  const epochMs = stack.clock.now() - stack.clock.monotonic()
  return {
    id: leg.id,
    side: leg.side,
    localTag: leg.localTag,
    protocol: leg.flow.protocol,
    remote: { address: leg.flow.remote.address, port: leg.flow.remote.port },
    pinned: leg.pinned,
    contactUser: leg.contactUser,
    urgent: leg.urgent,
    dialog: { ...dialog, localCseq: leg.cseq },
    localSdp: leg.localSdp,
    remoteSdp: leg.remoteSdp,
    allowsUpdate: leg.allowsUpdate,
    minSeconds: leg.minSeconds,
    session: session && {
      seconds: session.seconds,
      refresher: session.refresher,
      endsAt: Math.round(epochMs + session.endsMs),
    },
    heardAt: Math.round(epochMs + leg.heardMs),
    ...(leg.unconfirmed || leg.isDoubtful ? { isUnconfirmed: true } : {}),
  }
}

/** Makes a leg of what was kept: requests inside its dialog find it, and its session timer goes on. */
export function takeUpLeg(stack: Stack, kept: KeptLeg, credentials: Credentials | undefined): void {
  assert(!stack.legs.has(kept.id), 'a leg is taken up once')
  const { clock } = stack
  const dialog: Dialog = kept.dialog
  const leg = newLeg(stack, {
    id: kept.id,
    side: kept.side,
    state: 'up',
    callId: dialog.callId,
    localTag: kept.localTag,
    flow: stack.transport.flowTo(kept.protocol, kept.remote),
    pinned: kept.pinned,
    contactUser: kept.contactUser,
    urgent: kept.urgent,
    dialog,
    credentials,
    localSdp: kept.localSdp,
    remoteSdp: kept.remoteSdp,
  })
  leg.cseq = dialog.localCseq + CSEQ_MARGIN
  leg.allowsUpdate = kept.allowsUpdate
  leg.minSeconds = kept.minSeconds
  leg.heardMs = Math.min(clock.monotonic(), clock.monotonic() - (clock.now() - kept.heardAt))
  addLeg(stack, leg)
  leg.isDoubtful = kept.isUnconfirmed === true
  if (leg.isDoubtful) stack.wheel.after(ASK_MS + stack.below(ASK_SPREAD_MS), () => stack.refresh(leg))
  if (!kept.session) return
  // A clock that was set meanwhile makes no session longer than it is.
  const leftMs = Math.min(kept.session.endsAt - clock.now(), kept.session.seconds * 1000)
  resumeSession(stack, leg, { ...kept.session, endsMs: clock.monotonic() + leftMs })
}
