/** Calls as they change and charges as they are stored, handed to those who may see them. */

import type { Log } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Emit, OutputOf } from '../../platform/http/index.ts'
import { isStaff, ownPersonOf, subjectOf, type Caller } from '../../platform/identity/index.ts'
import { callRated, type CallRated } from '../../company/ledger/index.ts'
import { callChanged, type LiveCall } from '../../company/switch/index.ts'
import type { liveOperations } from './live-operations.ts'
import type { Brands } from './brands.ts'

type LiveEmit = Emit<(typeof liveOperations.watchLive.output)['events']>
type ShownCall = OutputOf<typeof liveOperations.listLiveCalls>['items'][number]
type Watcher = { readonly caller: Caller; readonly emit: LiveEmit; readonly end: () => void }

export type LiveFeed = {
  /** Whether one more page of this caller may watch. */
  hasRoom(caller: Caller): boolean
  /** Adds a watcher; returns what removes it. */
  watch(watcher: Watcher): () => void
  /** What the caller may see of a call; undefined when none of it concerns him. */
  shown(call: LiveCall, caller: Caller): ShownCall | undefined
  /** Ends every stream. */
  close(): void
}

const WATCHERS_MAX = 2000
const WATCHERS_OF_ONE_MAX = 10
/** Keys can be made at will: a tenant has a quarter of all places, however many keys it has. */
const WATCHERS_OF_TENANT_MAX = 500

/** Subscribes to `signal` and `charge`. */
export function openLiveFeed(parts: { bus: Bus; brands: Brands; log: Log }): LiveFeed {
  const { bus, brands } = parts
  const watchers = new Set<Watcher>()
  // A tenant that was created a moment ago is not known yet: look once, then decide.
  const whenKnown = (tenantIds: readonly string[], act: () => void): void => {
    if (watchers.size === 0) return
    if (tenantIds.every((id) => brands.pathOf(id) !== undefined)) act()
    else void brands.refresh().then(act)
  }
  const isIn = (caller: Caller, tenantId: string): boolean =>
    brands.pathOf(tenantId)?.startsWith(caller.tenantPath) === true
  const shown = (call: LiveCall, caller: Caller): ShownCall | undefined => {
    // A call of no customer is an emergency of a phone that was removed: the provider's own.
    const isHis = call.tenantIds.some((id) => isIn(caller, id))
    if (!isHis && (call.tenantIds.length > 0 || !isStaff(caller.role))) return undefined
    const own = ownPersonOf(caller)
    if (caller.role === 'phone_user' && (own === undefined || !call.personIds.includes(own))) return undefined
    const isAllHis = call.tenantIds.every((id) => isIn(caller, id))
    return shownCall(call, {
      money: isAllHis && caller.permissions.has('transactions.read'),
      staff: isStaff(caller.role),
    })
  }
  bus.subscribe('signal', callChanged, (call) =>
    whenKnown(call.tenantIds, () => {
      for (const { caller, emit } of watchers) {
        const seen = shown(call, caller)
        if (seen) emit('call', seen)
      }
    }),
  )
  bus.subscribe('charge', callRated, (rated) =>
    whenKnown([rated.tenantId], () => {
      for (const { caller, emit } of watchers) {
        if (isIn(caller, rated.tenantId) && maySeeCharge(caller, rated)) emit('rated', ratedEvent(rated))
      }
    }),
  )
  return {
    shown,
    hasRoom(caller) {
      const ofTenant = [...watchers].filter((one) => one.caller.tenantId === caller.tenantId)
      const own = ofTenant.filter((one) => subjectOf(one.caller) === subjectOf(caller))
      const hasPlace = watchers.size < WATCHERS_MAX && ofTenant.length < WATCHERS_OF_TENANT_MAX
      return hasPlace && own.length < WATCHERS_OF_ONE_MAX
    },
    watch(watcher) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    close() {
      for (const watcher of watchers) watcher.end()
      watchers.clear()
    },
  }
}

/** Charges are shown to those who may read transactions, and to a phone user for his own calls. */
function maySeeCharge(caller: Caller, rated: CallRated): boolean {
  if (caller.role === 'phone_user') return caller.personId !== undefined && rated.personId === caller.personId
  return caller.permissions.has('calls.read')
}

function ratedEvent({ cdrId, chargeMicros, currency }: CallRated) {
  return { cdrId, chargeMicros, currency }
}

function shownCall(call: LiveCall, may: { money: boolean; staff: boolean }): ShownCall {
  return {
    callId: call.callId,
    state: call.state,
    from: call.from,
    fromName: call.fromName,
    verstat: call.verstat ?? null,
    to: call.to,
    toName: call.toName,
    class: call.class,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt ?? null,
    reservedMicros: (may.money ? call.reservedMicros : undefined) ?? null,
    currency: (may.money ? call.currency : undefined) ?? null,
    carrierId: (may.staff ? call.carrierId : undefined) ?? null,
  }
}
