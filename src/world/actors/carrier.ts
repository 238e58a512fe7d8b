/** A carrier outside: takes our calls to the world, and brings calls of the world to our numbers. */

import { ok, type Result } from '../../base/index.ts'
import { parseUri, writeNameAddr, writeSipUri } from '../../network/sip/index.ts'
import type { SocketAddress, TransportFailure } from '../../network/transport/index.ts'
import { behaviourOf } from './behaviour.ts'
import { openSwitchboard, type ActorParts, type CallResult } from './switchboard.ts'

/** `refusing` answers every call with 503, `silent` answers nothing at all. */
export type CarrierState = 'working' | 'refusing' | 'silent'

export type InboundCall = {
  /** Who calls, E.164 and name. */
  readonly from: string
  readonly fromName: string
  /** One of our numbers, E.164. */
  readonly to: string
  readonly talkMs: number
  readonly tone: string
}

export type Carrier = {
  readonly name: string
  readonly local: SocketAddress
  state(): CarrierState
  setState(state: CarrierState): void
  call(call: InboundCall): Promise<CallResult>
  /** Calls in progress and taken so far. */
  calls(): { readonly now: number; readonly taken: number; readonly refused: number }
  hangUpAll(): void
  close(): Promise<void>
}

export type CarrierOptions = ActorParts & {
  readonly name: string
  readonly listen: SocketAddress
  /** Where this installation takes calls. */
  readonly house: SocketAddress
  /** Vouches for a caller in an Identity header (RFC 8224 §4). */
  readonly sign?: (call: InboundCall) => string | undefined
}

/** Opens a carrier on its port. */
export async function openCarrier(options: CarrierOptions): Promise<Result<Carrier, TransportFailure>> {
  const { name, house } = options
  let state: CarrierState = 'working'
  let taken = 0
  let refused = 0
  const opened = await openSwitchboard({
    ...options,
    product: name,
    admit() {
      if (state === 'working') return 'accept'
      refused++
      return state === 'silent' ? undefined : { status: 503, reason: 'Service Unavailable' }
    },
    behave(request) {
      taken++
      return behaviourOf(parseUri(request.uri)?.user ?? '')
    },
  })
  if (!opened.ok) return opened
  const board = opened.value
  return ok({
    name,
    local: board.local,
    state: () => state,
    setState(next) {
      state = next
    },
    call(call) {
      const { from, fromName, to, talkMs, tone } = call
      const identity = options.sign?.(call)
      const uri = (user: string, { address, port }: SocketAddress): string => writeSipUri({ user, host: address, port })
      return board.place({
        nextHop: { protocol: 'udp', remote: house },
        target: uri(to, house),
        from: writeNameAddr(fromName, uri(from, board.local)),
        to: writeNameAddr('', uri(to, house)),
        ...(identity === undefined ? {} : { headers: [['Identity', identity]] }),
        tone,
        talkMs,
      })
    },
    calls: () => ({ now: board.size(), taken, refused }),
    hangUpAll: board.hangUpAll,
    close: board.close,
  })
}
