/** The table of all registrations: addresses of record, their bindings, and when they end (RFC 3261 §10). */

import type { Clock, Timer } from '../../../base/index.ts'
import type { Flow, SipProtocol, SocketAddress } from '../../transport/index.ts'
import type { Reply } from '../endpoint.ts'
import type { SipMessage } from '../message/message.ts'
import { createTimerWheel } from '../timer-wheel.ts'
import { applyRegister, defaultRegistrarLimits, type RegistrarLimits } from './apply-register.ts'
import type { Binding, StoredBinding } from './binding.ts'

export type RegistrarEvents = {
  /** A contact is new, or was refreshed (`isNew` tells); `before` is what it takes the place of. */
  onRegistered(aor: string, binding: Binding, isNew: boolean, before?: Binding): void
  onUnregistered(aor: string, binding: Binding, reason: 'removed' | 'expired' | 'disconnected'): void
}

export type RegistrarOptions = {
  readonly clock: Clock
  readonly events: RegistrarEvents
  readonly limits?: Partial<RegistrarLimits>
  /** What an event handler throws. */
  onError(error: unknown): void
}

export type Registrar = {
  /** Applies a REGISTER whose sender was authenticated for `aor`, and returns the answer. */
  register(aor: string, request: SipMessage, flow: Flow): NonNullable<Reply>
  /** Live bindings, most preferred first, then the latest. */
  bindings(aor: string): readonly Binding[]
  /** Drops every binding of an address of record (a deleted device, a changed password). */
  remove(aor: string): void
  /** A connection ended: its bindings end with it (RFC 5626 §5.3). */
  onFlowClosed(flow: Flow): void
  snapshot(): readonly StoredBinding[]
  /** Takes stored bindings back, without events; those that ended or came over TCP are dropped. */
  restore(stored: readonly StoredBinding[], flowTo: (protocol: SipProtocol, remote: SocketAddress) => Flow): void
  /** Addresses of record with at least one binding, and bindings in all. */
  size(): { readonly aors: number; readonly bindings: number }
  close(): void
}

/** Starts with an empty table. */
export function createRegistrar(options: RegistrarOptions): Registrar {
  const { clock, events } = options
  const limits = { ...defaultRegistrarLimits, ...options.limits }
  const wheel = createTimerWheel(clock, options.onError)
  const table = new Map<string, readonly Binding[]>()
  const timers = new Map<string, Timer>()
  const connections = new ConnectionIndex()

  const store = (aor: string, bindings: readonly Binding[]): void => {
    timers.get(aor)?.stop()
    timers.delete(aor)
    connections.replace(aor, table.get(aor) ?? [], bindings)
    if (bindings.length === 0) return void table.delete(aor)
    table.set(aor, bindings)
    const next = Math.min(...bindings.map((binding) => binding.expiresAt))
    timers.set(
      aor,
      wheel.after(next - clock.now(), () => expire(aor)),
    )
  }
  /** Keeps what `stays` and reports the rest. */
  const sweep = (
    aor: string,
    stays: (binding: Binding) => boolean,
    reason: 'removed' | 'expired' | 'disconnected',
  ): void => {
    const bindings = table.get(aor) ?? []
    store(aor, bindings.filter(stays))
    for (const binding of bindings) if (!stays(binding)) events.onUnregistered(aor, binding, reason)
  }
  const expire = (aor: string): void => {
    const now = clock.now()
    sweep(aor, (binding) => binding.expiresAt > now, 'expired')
  }

  return {
    register(aor, request, flow) {
      const before = table.get(aor) ?? []
      const { bindings, reply } = applyRegister(before, request, flow, { now: clock.now(), limits })
      store(aor, bindings)
      report(events, aor, before, bindings)
      return reply
    },
    bindings: (aor) =>
      (table.get(aor) ?? [])
        .filter((binding) => binding.expiresAt > clock.now())
        .toSorted((a, b) => b.preference - a.preference || b.registeredAt - a.registeredAt),
    remove: (aor) => sweep(aor, () => false, 'removed'),
    onFlowClosed(flow) {
      for (const aor of connections.aorsOf(flow)) sweep(aor, (binding) => binding.flow.id !== flow.id, 'disconnected')
    },
    snapshot: () => [...table].flatMap(([aor, bindings]) => bindings.map((binding) => stored(aor, binding))),
    restore(list, flowTo) {
      for (const { aor, protocol, remote, ...rest } of list) {
        if (protocol !== 'udp' || rest.expiresAt <= clock.now()) continue
        store(aor, [...(table.get(aor) ?? []), { ...rest, flow: flowTo(protocol, remote) }])
      }
    },
    size: () => ({ aors: table.size, bindings: [...table.values()].reduce((sum, list) => sum + list.length, 0) }),
    close: () => wheel.close(),
  }
}

/** Who is reached through which connection, so that the end of one does not cost a look at everybody. */
class ConnectionIndex {
  readonly #aors = new Map<string, Set<string>>()

  replace(aor: string, before: readonly Binding[], after: readonly Binding[]): void {
    for (const { flow } of before) {
      const aors = this.#aors.get(flow.id)
      if (aors?.delete(aor) && aors.size === 0) this.#aors.delete(flow.id)
    }
    for (const { flow } of after) {
      if (flow.protocol === 'udp') continue
      const aors = this.#aors.get(flow.id)
      if (aors) aors.add(aor)
      else this.#aors.set(flow.id, new Set([aor]))
    }
  }

  aorsOf(flow: Flow): readonly string[] {
    return [...(this.#aors.get(flow.id) ?? [])]
  }
}

function stored(aor: string, binding: Binding): StoredBinding {
  const { flow, ...rest } = binding
  return { ...rest, aor, protocol: flow.protocol, remote: flow.remote }
}

/** Tells what a REGISTER changed; a contact that was replaced by itself is a refresh. */
function report(events: RegistrarEvents, aor: string, before: readonly Binding[], after: readonly Binding[]): void {
  for (const binding of after) {
    if (before.includes(binding)) continue
    const former = before.find((old) => isRefresh(old, binding))
    events.onRegistered(aor, binding, former === undefined, former)
  }
  for (const old of before) {
    const stays = after.some((binding) => binding === old || isRefresh(old, binding))
    if (!stays) events.onUnregistered(aor, old, 'removed')
  }
}

function isRefresh(old: Binding, next: Binding): boolean {
  if (old.instance !== undefined && next.instance !== undefined) {
    return old.instance === next.instance && old.regId === next.regId
  }
  return old.contact === next.contact
}
