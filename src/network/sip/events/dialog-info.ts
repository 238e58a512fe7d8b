/** Whether a phone rings or talks, as `application/dialog-info+xml` (RFC 4235): the lamps of busy lamp fields. */

import { escaped } from './escaped.ts'
import type { EventPackage } from './notifier.ts'

export type WatchedDialog = {
  readonly id: string
  readonly state: 'trying' | 'early' | 'confirmed'
  readonly direction: 'initiator' | 'recipient'
  /** Names the phone's own dialog, for a pick-up by Replaces. */
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly remoteUri: string
  readonly remoteName: string
}

type Memory = { readonly version: number; readonly dialogs: ReadonlyMap<string, WatchedDialog> }

export type DialogSource = {
  /** The URI of the watched line, as its watchers know it. */
  entityOf(resource: string): string
  dialogsOf(resource: string): readonly WatchedDialog[]
}

/** The package `dialog`; the version rises by one with every document of a subscription (RFC 4235 §4.3). */
export function dialogPackage({ entityOf, dialogsOf }: DialogSource): EventPackage {
  return {
    contentType: 'application/dialog-info+xml',
    tell(resource, memory, isFull) {
      const last = memory as Memory | undefined
      const dialogs = new Map(dialogsOf(resource).map((one) => [one.id, one]))
      const gone = [...(last?.dialogs.values() ?? [])].filter((one) => !dialogs.has(one.id))
      const changed = [...dialogs.values()].filter((one) => !isSame(one, last?.dialogs.get(one.id)))
      const isPartial = !isFull && last !== undefined
      if (isPartial && gone.length + changed.length === 0) return undefined
      const version = last ? last.version + 1 : 0
      const shown = isPartial ? changed : [...dialogs.values()]
      const items = [
        ...shown.map((one) => elementOf(one, one.state)),
        ...gone.map((one) => elementOf(one, 'terminated')),
      ]
      const entity = escaped(entityOf(resource))
      const body = `<?xml version="1.0" encoding="UTF-8"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${isPartial ? 'partial' : 'full'}" \
entity="${entity}">
${items.join('')}</dialog-info>
`
      return { body, memory: { version, dialogs } satisfies Memory }
    },
    resumed: (version) => ({ version, dialogs: new Map() }) satisfies Memory,
  }
}

function isSame(one: WatchedDialog, other: WatchedDialog | undefined): boolean {
  return other !== undefined && elementOf(one, one.state) === elementOf(other, other.state)
}

function elementOf(one: WatchedDialog, state: WatchedDialog['state'] | 'terminated'): string {
  const remoteTag = one.remoteTag === '' ? '' : ` remote-tag="${escaped(one.remoteTag)}"`
  const tags = `local-tag="${escaped(one.localTag)}"${remoteTag}`
  const name = one.remoteName === '' ? '' : ` display="${escaped(one.remoteName)}"`
  return `<dialog id="${escaped(one.id)}" call-id="${escaped(one.callId)}" ${tags} direction="${one.direction}">
<state>${state}</state>
<remote><identity${name}>${escaped(one.remoteUri)}</identity></remote>
</dialog>
`
}
