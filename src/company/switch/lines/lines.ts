/** Which calls each extension is part of, and what its watchers are shown of them (RFC 4235). */

import { writeSipUri, type DialogId, type LegId, type WatchedDialog } from '../../../network/sip/index.ts'
import type { Call, Party } from '../calls/call.ts'

export type Lines = {
  /** A call began (`before` is undefined), changed, or ended (`after` is undefined). */
  change(before: Call | undefined, after: Call | undefined): void
  dialogsOf(extensionId: string): readonly WatchedDialog[]
  /** A call that rings at an extension, and the leg that rings. */
  ringingAt(extensionId: string): { readonly call: Call; readonly legId: LegId } | undefined
}

export type LinesParts = {
  dialogOf(legId: LegId): DialogId | undefined
  readonly host: string
  onChange(extensionId: string): void
}

function extensionsOf(call: Call | undefined): readonly string[] {
  if (!call || call.state === 'ended') return []
  return [call.caller.extensionId, call.callee.extensionId].filter((id) => id !== undefined)
}

/** Starts with nobody on the line. */
export function createLines(parts: LinesParts): Lines {
  const calls = new Map<string, Map<string, Call>>()
  const callsOf = (extensionId: string): readonly Call[] => [...(calls.get(extensionId)?.values() ?? [])]
  return {
    change(before, after) {
      const [old, now] = [extensionsOf(before), extensionsOf(after)]
      for (const id of old) {
        const own = calls.get(id)
        if (before) own?.delete(before.id)
        if (own?.size === 0) calls.delete(id)
      }
      for (const id of now) {
        const own = calls.get(id) ?? new Map<string, Call>()
        if (after) calls.set(id, own.set(after.id, after))
      }
      if (isShownSame(before, after)) return
      for (const id of new Set([...old, ...now])) parts.onChange(id)
    },
    dialogsOf: (extensionId) => callsOf(extensionId).flatMap((call) => shown(parts, call, extensionId)),
    ringingAt(extensionId) {
      for (const call of callsOf(extensionId)) {
        const rings = call.state === 'dialling' && call.route.kind === 'extension' && !call.transfer
        const leg = rings && call.route.extension.id === extensionId ? call.legs.find(isRinging) : undefined
        if (leg) return { call, legId: leg.legId }
      }
      return undefined
    },
  }
}

const isRinging = ({ state }: Call['legs'][number]): boolean => state === 'ringing' || state === 'inviting'

/** Most steps of a call change nothing that a lamp shows. */
function isShownSame(before: Call | undefined, after: Call | undefined): boolean {
  return (
    before?.state === after?.state &&
    before?.legs === after?.legs &&
    before?.caller === after?.caller &&
    before?.callee === after?.callee &&
    before?.answeredLeg === after?.answeredLeg
  )
}

function shown(parts: LinesParts, call: Call, extensionId: string): readonly WatchedDialog[] {
  const isTalking = call.state === 'talking' || call.state === 'joining'
  const dialogs: WatchedDialog[] = []
  const add = (side: 'caller' | 'callee', legId: LegId, other: Party, state: WatchedDialog['state']): void => {
    const { callId, toTag, fromTag } = parts.dialogOf(legId) ?? { callId: '', toTag: '', fromTag: '' }
    dialogs.push({
      id: `${call.id}-${side}`,
      state,
      direction: side === 'caller' ? 'initiator' : 'recipient',
      // As the watched phone itself names it: its own tag is the far one to us.
      callId,
      localTag: toTag,
      remoteTag: fromTag,
      remoteUri: writeSipUri({ user: other.isPrivate ? 'anonymous' : other.number, host: parts.host }),
      remoteName: other.isPrivate ? '' : other.name,
    })
  }
  if (call.caller.extensionId === extensionId) {
    add('caller', call.callerLeg, call.callee, isTalking ? 'confirmed' : 'early')
  }
  if (call.callee.extensionId !== extensionId) return dialogs
  const legId = call.answeredLeg ?? call.legs.find(isRinging)?.legId
  if (legId !== undefined) add('callee', legId, call.caller, isTalking ? 'confirmed' : 'early')
  return dialogs
}
