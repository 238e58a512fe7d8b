/** The calls of one relay: opens their legs on free ports, lets their acts follow each other, closes them. */

import { isIP } from 'node:net'
import { assert, ok, type Clock, type RandomBytes, type Result } from '../../base/index.ts'
import type { LegMediaStats, MediaCallId, MediaEvent, MediaLegId } from './backend.ts'
import type { NoPorts } from './errors.ts'
import { Leg, type RelayTotals } from './leg.ts'
import type { MediaCall } from './media-call.ts'
import type { PortPool } from './port-pool.ts'
import { LegSession } from './session.ts'
import { REPORT_SECONDS } from './watch-calls.ts'

/** What peers are told, which may be another address than the pool binds; and its ports. */
export type MediaPlace = { readonly address: string; readonly pool: PortPool }

export type RegistryOptions = {
  /** Where legs are opened: the usual place, and one of the other family where there is one. */
  readonly places: readonly [MediaPlace, ...MediaPlace[]]
  readonly clock: Clock
  readonly random: RandomBytes
  readonly totals: RelayTotals
  onEvent(event: MediaEvent): void
  /** A leg is about to be closed. */
  onClosing(leg: Leg): void
}

export class CallRegistry {
  readonly calls = new Map<MediaCallId, MediaCall>()
  readonly #options: RegistryOptions
  #made = 0

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  /** Does something with a call, after everything that was begun on it before; makes the call when it is new. */
  make<T>(callId: MediaCallId, act: (call: MediaCall) => Promise<T>): Promise<T> {
    let call = this.calls.get(callId)
    if (!call) {
      const phase = this.#made++ % REPORT_SECONDS
      call = {
        id: callId,
        legs: new Map(),
        turn: Promise.resolve(),
        touchedMs: 0,
        answeredMs: undefined,
        expiredMs: undefined,
        phase,
      }
      this.calls.set(callId, call)
    }
    const mine = call
    // The call may have been closed while this waited for its turn; then it is a new one.
    return this.#inTurn(mine, () => (this.calls.get(callId) === mine ? act(mine) : this.make(callId, act)))
  }

  /** Does something with a call that exists, in its turn; undefined for an unknown call. */
  async find<T>(callId: MediaCallId, act: (call: MediaCall) => Promise<T> | T): Promise<T | undefined> {
    const call = this.calls.get(callId)
    return call && this.#inTurn(call, act)
  }

  #inTurn<T>(call: MediaCall, act: (call: MediaCall) => Promise<T> | T): Promise<T> {
    call.touchedMs = this.#options.clock.monotonic()
    const done = call.turn.then(() => act(call))
    call.turn = done.catch(() => {})
    return done
  }

  /** The leg of that name, opened on a free pair of ports when it is new. */
  async openLeg(call: MediaCall, legId: MediaLegId, family?: 4 | 6): Promise<Result<Leg, NoPorts>> {
    const known = call.legs.get(legId)
    if (known) return ok(known)
    const { places, clock, random, totals, onEvent } = this.#options
    const { address, pool } = places.find((place) => isIP(place.address) === family) ?? places[0]
    const ports = await pool.open()
    if (!ports.ok) return ports
    const leg = new Leg({
      id: legId,
      session: new LegSession({ address, port: ports.value.port }, random),
      ports: ports.value,
      ownAddress: address,
      clock,
      totals,
      isOwnPort: (port) => pool.owns(port),
      onFirstPacket: () => onEvent({ kind: 'firstPacket', callId: call.id, legId, at: clock.now() }),
      onSourceChanged: () => onEvent({ kind: 'sourceChanged', callId: call.id, legId }),
    })
    assert(!call.legs.has(legId), 'acts on one call follow each other')
    call.legs.set(legId, leg)
    return ok(leg)
  }

  async closeLeg(call: MediaCall, leg: Leg): Promise<void> {
    this.#options.onClosing(leg)
    leg.disconnect()
    call.legs.delete(leg.id)
    for (const { pool, address } of this.#options.places) if (leg.ownAddress === address) await pool.close(leg.ports)
  }

  /** Ends a call and returns the last statistics of its legs. */
  async close(call: MediaCall): Promise<readonly LegMediaStats[]> {
    const legs = [...call.legs.values()]
    const last = legs.map((leg) => leg.stats())
    if (this.calls.get(call.id) === call) this.calls.delete(call.id)
    await Promise.all(legs.map((leg) => this.closeLeg(call, leg)))
    return last
  }
}
