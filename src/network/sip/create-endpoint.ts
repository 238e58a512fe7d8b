/** Puts a SIP endpoint together: transport below, transactions and legs in the middle, events upward. */

import { secureRandom, toHex, type Clock, type Log, type RandomBytes } from '../../base/index.ts'
import type { Flow, SocketAddress, Transport } from '../transport/index.ts'
import type { Hashes } from './digest/hashes.ts'
import type { SipEndpoint, SipEvents } from './endpoint.ts'
import { dialogIdOf, findLeg } from './leg/find-leg.ts'
import { hangUp } from './leg/hang-up.ts'
import { sendInDialog } from './leg/in-dialog.ts'
import { keepLeg, takeUpLeg } from './leg/keep-leg.ts'
import { createLargeRequests } from './leg/large-requests.ts'
import type { Leg, Stack } from './leg/leg.ts'
import { acknowledge, placeCall } from './leg/place-call.ts'
import { answerReinvite, reinvite } from './leg/reinvite.ts'
import { answerCall } from './leg/take-call.ts'
import { refresh } from './leg/update.ts'
import { allowText, RELIABLE } from './leg/write-request.ts'
import { receive } from './receive.ts'
import { sendRequest } from './send-request.ts'
import { createTimerWheel } from './timer-wheel.ts'
import { createClientTransactions } from './transaction/clients.ts'
import { defaultTimers, type SipTimers } from './transaction/machine.ts'
import { createServerTransactions } from './transaction/servers.ts'

export type EndpointOptions = {
  readonly transport: Transport
  readonly events: SipEvents
  readonly clock: Clock
  readonly log: Log
  readonly hashes: Hashes
  /** Tags, branches and Call-IDs are drawn from here; seeded in `play` and in tests. */
  readonly random?: RandomBytes
  readonly timers?: SipTimers
  /** User-Agent and Server; nothing is told when absent. */
  readonly product?: string
  /** Methods that `onDialogRequest` and `onRequest` serve (REFER, NOTIFY ...): said in Allow. */
  readonly methods?: readonly string[]
  /** Interval of session timers (RFC 4028) that we ask for, and the shortest that we take; 1800 s and 90 s. */
  readonly session?: { readonly seconds: number; readonly minSeconds: number }
  /** Option tags that the layer above understands (RFC 3261 §8.2.2.3), in lower case. */
  readonly extensions?: readonly string[]
  /** The address that peers reach us under, when it is not the one we are bound to. */
  readonly advertised?: {
    readonly address: string
    /** For peers of IPv4, where the first is one of IPv6. */
    readonly other?: string | undefined
  }
  /** Most requests in progress at once (default 100,000); beyond it new calls get 503. */
  readonly serversMax?: number
  /** Larger INVITEs to an address go by TCP where the peer takes it (default 1,300 bytes; 0: never). */
  readonly datagramMax?: number
}

/** RFC 3261 §18.1.1: what surely fits where nobody knows the path. */
const DATAGRAM_MAX = 1300

const SERVERS_MAX = 100_000

/** Makes an endpoint; nothing moves before `open`. */
export function createEndpoint(options: EndpointOptions): SipEndpoint {
  const stack = createStack(options)
  const { transport, wheel, log, servers, clients, events } = stack
  const withLeg = (legId: string, act: (leg: Leg) => void): void => {
    const leg = stack.legs.get(legId)
    if (leg) act(leg)
  }
  const onMessage = (bytes: Buffer, flow: Flow): void => {
    // The one guard: whatever a datagram sets off ends here, never with the process.
    try {
      events.onTrace?.('in', bytes, flow)
      const text = bytes.toString('latin1')
      receive(stack, bytes, text, flow)
    } catch (error) {
      log.error('a SIP message could not be handled', { error, size: bytes.length })
    }
  }
  return {
    open: () =>
      transport.open({
        onMessage,
        onFlowClosed(flow) {
          clients.onFlowClosed(flow)
          servers.onFlowClosed(flow)
        },
      }),
    invite: (command) => placeCall(stack, command),
    answer: (legId, status, answer = {}) => withLeg(legId, (leg) => answerCall(stack, leg, status, answer)),
    acknowledge: (legId, sdp) => withLeg(legId, (leg) => acknowledge(stack, leg, sdp)),
    hangup: (legId, hangup = {}) => withLeg(legId, (leg) => hangUp(stack, leg, hangup)),
    reinvite: (legId, sdp) => withLeg(legId, (leg) => reinvite(stack, leg, sdp)),
    answerReinvite: (legId, status, sdp) => withLeg(legId, (leg) => answerReinvite(stack, leg, status, sdp)),
    request: (legId, method, body = {}, onDone) =>
      withLeg(legId, (leg) => sendInDialog(stack, leg, { method, body, onDone })),
    keep(legId) {
      const leg = stack.legs.get(legId)
      return leg && keepLeg(stack, leg)
    },
    takeUp: (kept, credentials) => takeUpLeg(stack, kept, credentials),
    send: (command, onDone) => sendRequest(stack, command, (outcome) => stack.later(() => onDone(outcome))),
    legOf: (dialog) => findLeg(stack, dialog),
    dialogOf: (legId) => dialogIdOf(stack, legId),
    size: () => stack.legs.size,
    callIdOf: (legId) => stack.legs.get(legId)?.callId,
    load: () => ({ legs: stack.legs.size, clients: clients.size(), servers: servers.size(), timers: wheel.size() }),
    async close() {
      clients.close()
      servers.close()
      wheel.close()
      stack.legs.clear()
      stack.byTag.clear()
      stack.byCallId.clear()
      await transport.close()
    },
  }
}

function createStack(options: EndpointOptions): Stack {
  const { clock, log, transport, events, random = secureRandom, timers = defaultTimers } = options
  const onError = (error: unknown): void => log.error('a SIP timer failed', { error })
  const wheel = createTimerWheel(clock, onError)
  const send = (flow: Flow, bytes: Buffer): void => {
    events.onTrace?.('out', bytes, flow)
    flow.send(bytes)
  }
  const tables = { wheel, timers, send }
  const stack: Stack = {
    clock,
    log,
    wheel,
    timers,
    transport,
    large: createLargeRequests({ clock, transport, datagramMax: options.datagramMax ?? DATAGRAM_MAX }),
    events,
    clients: createClientTransactions(tables),
    servers: createServerTransactions({ ...tables, serversMax: options.serversMax ?? SERVERS_MAX }),
    hashes: options.hashes,
    secret: random(32),
    product: options.product,
    allow: allowText(options.methods ?? []),
    session: options.session ?? { seconds: 1800, minSeconds: 90 },
    refresh: (leg) => refresh(stack, leg),
    extensions: new Set(['timer', RELIABLE, ...(options.extensions ?? [])]),
    legs: new Map(),
    byTag: new Map(),
    byCallId: new Map(),
    token: () => toHex(random(8)),
    below: (end) => new DataView(random(4).slice().buffer).getUint32(0) % end,
    ownAddress: (flow): SocketAddress => ({
      address: advertisedTo(options.advertised, flow) ?? flow.local.address,
      port: transport.listening.find((one) => one.protocol === flow.protocol)?.local.port ?? flow.local.port,
    }),
    later: (report) => void wheel.after(0, report),
    send,
  }
  return stack
}

/** Each peer is told an address that it can reach (RFC 6157 §4). */
function advertisedTo(advertised: EndpointOptions['advertised'], { remote }: Flow): string | undefined {
  const { address, other } = advertised ?? {}
  return other !== undefined && !remote.address.includes(':') ? other : address
}
