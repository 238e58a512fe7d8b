/** What benches and tests can ask of the world of a running demo; the demo page has the same acts as buttons. */

import { requestTopic } from '../platform/bus/index.ts'
import type { CarrierState } from './actors/carrier.ts'
import type { CallKind } from './actors/traffic.ts'

export type WorldAct =
  | { readonly kind: 'startCalls'; readonly count: number; readonly callKind?: CallKind }
  | { readonly kind: 'stopCalls' }
  | { readonly kind: 'trickle'; readonly on: boolean }
  | { readonly kind: 'carrier'; readonly carrier: 'a' | 'b'; readonly state: CarrierState }
  | { readonly kind: 'playMonth' }
  | { readonly kind: 'emergency' }
  /** Brings the phones to so many registrations in all, several contacts each when there are more than phones. */
  | { readonly kind: 'register'; readonly registrations: number }
  | { readonly kind: 'crash'; readonly process: string }

/** Performs an act; the reply says in a sentence what was done. */
export const worldAct = requestTopic<WorldAct, { readonly done: string }>('world.act')

export type WorldFigures = {
  readonly registered: number
  readonly callsInProgress: number
  readonly callsPlaced: number
  readonly callsAnswered: number
  readonly callsRefused: number
  readonly packetsSent: number
  readonly packetsHeard: number
}

export const worldFigures = requestTopic<Record<string, never>, WorldFigures>('world.figures')
