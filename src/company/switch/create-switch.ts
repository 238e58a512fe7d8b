/** Puts the switch together: SIP below, the door in front, call machines in the middle, money and media beside. */

import { steadyClock, type Result } from '../../base/index.ts'
import type { MediaEvent } from '../../network/media/index.ts'
import {
  createDigestServer,
  createEndpoint,
  createRegistrar,
  type DigestAlgorithm,
  type Registrar,
  type RegistrarEvents,
  type SipEndpoint,
  type StoredBinding,
} from '../../network/sip/index.ts'
import type { Flow, Listening, Transport, TransportFailure } from '../../network/transport/index.ts'
import { countProofs } from './registrations/count-proofs.ts'
import { createAdmission, type Admission } from './edge/admit.ts'
import type { Target } from './calls/call.ts'
import { createCallBacks } from './emergency/call-backs.ts'
import { createCarrierPlaces } from './carriers/carrier-places.ts'
import { createCallRates } from './trunks/call-rates.ts'
import type { Directory } from './directory/directory.ts'
import { openDoor, originateFor, type Door } from './edge/door.ts'
import { drain, systemEnd, untilSetUp } from './calls/drain.ts'
import { createExecutor, type Executor } from './calls/executor.ts'
import type { ServicesPort } from './calls/execution.ts'
import { createGate, type Gate } from './edge/gate.ts'
import { liveCallOf } from './calls/live-calls.ts'
import { endYoungest, makeRoom, type RoomParts } from './emergency/make-room.ts'
import { reachTarget } from './routing/reach-target.ts'
import { defaultOverload, watchOverload } from './edge/overload.ts'
import type { CarriedCall } from './journal/recover-calls.ts'
import { createRefusals } from './edge/refusals.ts'
import { createShield } from './edge/shield.ts'
import type { SwitchParts } from './switch-parts.ts'
import type { CarrierHealth, LiveBinding, LiveCall, ShieldReport } from './topics.ts'
import { watchCarriers } from './carriers/watch-carriers.ts'
import { openLines, restoreWatches } from './lines/watch-lines.ts'

export type Switch = {
  /** Begins to serve; `carried` are the calls of a former process that go on. */
  open(carried?: readonly CarriedCall[]): Promise<Result<readonly Listening[], TransportFailure>>
  readonly registrar: Registrar
  onMedia(event: MediaEvent): void
  /** Media of these calls is gone: they end now, emergencies go on without. */
  onMediaLost(callIds: readonly string[]): void
  /** The directory changed: phones that are gone, or have another password now, are not registered any more. */
  onDirectory(before: Directory): void
  /** Messages of a mailbox came, were heard or deleted: its lamps are told. */
  onMessages(extensionId: string): void
  liveCalls(): readonly LiveCall[]
  liveBindings(): readonly LiveBinding[]
  /** What was not let in, and which sources get silence now. */
  shieldReport(): ShieldReport
  carrierHealth(): readonly CarrierHealth[]
  /** Ends a call as an operator does; false when it is not there. */
  endCall(callId: string): boolean
  /**
   * Takes emergencies only, ends all other calls now, waits for those, and closes when all sides were told. Before a
   * restart it waits until no call is being set up, and leaves the conversations to the next process.
   */
  close(end?: 'for good' | 'for a restart'): Promise<void>
}

/** For clocks that are not the machine's. */
const idle = (): number => 0

/** Every call in progress is proved alive this often: a crash costs at most this much of its duration. */
const HEARTBEAT_MS = 5000

type Guards = {
  readonly gate: Gate
  readonly admission: Admission
  report(): ShieldReport
  stop(): void
}

/** Whoever stands at the door: shield, overload control, admission. */
function openGuards(parts: SwitchParts, registrar: Registrar): Guards {
  const { clock, metrics } = parts
  const isRegisteredFrom = (sipUser: string, address: string): boolean =>
    registrar.bindings(sipUser).some((binding) => binding.flow.remote.address === address)
  const digest = countProofs(createDigestServer({ ...parts, ha1: ha1Of(parts) }), metrics)
  const isBound = (sipUser: string, flow: Flow): boolean =>
    registrar.bindings(sipUser).some((binding) => binding.flow.id === flow.id)
  const refusals = createRefusals(metrics)
  const shield = createShield(clock, parts.random)
  const { refused } = refusals
  const overload = watchOverload({
    clock,
    metrics,
    settings: parts.overload ?? defaultOverload,
    busy: parts.busy ?? idle,
  })
  const gate = createGate({ ...parts, shield, overload, refused, isRegisteredFrom, isBound })
  const rates = createCallRates(clock)
  const admission = createAdmission({ ...parts, gate, rates, refused, isRegisteredFrom, digest })
  return {
    gate,
    admission,
    report: () => ({ refusals: refusals.counts(), shed: shield.shed(), overload: overload.state() }),
    stop: () => overload.stop(),
  }
}

/** Makes a switch; nothing moves before `open`. */
export function createSwitch(given: SwitchParts): Switch {
  const { clock, log, metrics } = given
  const places = createCarrierPlaces(given)
  const parts = { ...given, directory: () => places.seenFrom(given.directory()) }
  const registrar = createRegistrar({
    clock: steadyClock(clock),
    events: tellingWatchers(parts.registrations, (sipUser) => watch.changed('reg', sipUser)),
    onError: (error) => log.error('a registration event failed', { error }),
  })
  const guards = openGuards(parts, registrar)
  const { lines, watch } = openLines(parts, () => sip, registrar.bindings)
  const door: Door = {
    parts,
    places,
    registrar,
    admission: guards.admission,
    gate: guards.gate,
    executor: () => executor,
    legs: () => sip,
    carriers: () => carriers,
    admitted: new WeakMap(),
    hops: new Map(),
    callBacks: createCallBacks(clock),
    referred: new Set(),
    judged: new Map(),
    watch,
    lines,
    closing: undefined,
  }
  const sip = endpointOf(door)
  const executor = executorOf(door, sip)
  const carriers = watchCarriers(parts, places, sip, executor)
  metrics.gauge('dialhouse_bindings', 'Contacts that are registered', () => registrar.size().bindings)
  const heartbeat = clock.every(HEARTBEAT_MS, () => proveAlive(parts, executor))

  return {
    async open(carried = []) {
      const opened = await sip.open()
      if (!opened.ok) return opened
      for (const one of carried) executor.takeUp(one)
      restoreWatches(parts, watch)
      parts.journal.attach(() => executor.kept())
      return opened
    },
    registrar,
    onMedia: (event) => executor.onMedia(event),
    onMediaLost(callIds) {
      for (const callId of callIds) executor.onMediaLost(callId)
    },
    onDirectory: (before) => dropFormerPhones(registrar, before, parts.directory()),
    onMessages: (extensionId) => watch.changed('message-summary', extensionId),
    liveCalls: () => executor.calls().map(liveCallOf),
    shieldReport: guards.report,
    carrierHealth: carriers.view,
    liveBindings: () => registrar.snapshot().map(liveBindingOf),
    endCall: (callId) => executor.endCall(callId, systemEnd('ended_by_operator', 'Ended By Operator')),
    async close(end = 'for good') {
      door.closing = 'draining'
      const empty = end === 'for good' ? drain : untilSetUp
      await empty(parts, { sip, executor, onLast: () => void (door.closing = 'now') })
      heartbeat.stop()
      guards.stop()
      carriers.stop()
      places.stop()
      watch.close()
      registrar.close()
      await sip.close()
    },
  }
}

/** The SIP endpoint of this switch, with the door as what stands above it. */
function endpointOf(door: Door): SipEndpoint {
  const { parts, registrar } = door
  return createEndpoint({
    ...parts,
    transport: watchFlows(parts.transport, registrar),
    events: parts.trace ? { ...openDoor(door), onTrace: parts.trace.message } : openDoor(door),
    methods: ['REFER', 'NOTIFY', 'SUBSCRIBE'],
    extensions: ['replaces', 'norefersub', 'path', 'outbound', 'answermode'],
    advertised: { address: parts.host, other: parts.otherHost },
  })
}

/** Where nothing is stored: nobody's messages, and none to be kept. */
const noServices: ServicesPort = {
  nameRecording: () => 'nobody',
  onRecorded: () => {},
  ask: () => Promise.resolve({ kind: 'unavailable' }),
}

/** The executor of this switch: reaches targets from memory, and tells trace and outside what changes. */
function executorOf(door: Door, sip: SipEndpoint): Executor {
  const { parts, registrar, places } = door
  return createExecutor({
    ...parts,
    services: parts.services ?? noServices,
    sip,
    onStep: (before, after) => door.lines.change(before, after),
    reach: (call, target) =>
      reachTarget(
        {
          directory: parts.directory(),
          bindings: registrar.bindings,
          host: parts.host,
          maxForwards: door.hops.get(call.id),
          identity: parts.identity,
          placesOf: places.of,
          credentialsFor: places.credentialsFor,
          serviceRoutes: (id) => door.carriers().registrations.routesOf(id),
          at: parts.clock.now(),
        },
        call,
        target,
      ),
    originate: (call, by, dialled) => originateFor(door, call, by, dialled),
    onSign(sign) {
      if (sign.hop) places.note(sign.hop, sign.isAlive)
      door.carriers().health.note(sign)
    },
    ready(call, target) {
      // An emergency waits for a name only where no other carrier is left.
      if (call.route.kind === 'emergency' && call.waiting.length > 0) return undefined
      const carrier = target.kind === 'carrier' && !target.hop ? parts.directory().carrier(target.carrierId) : undefined
      return carrier && places.wait(carrier)
    },
    beforeDial: (call, target) => makeRoom(roomOf(door), call, target),
    freeMedia: () => endYoungest(roomOf(door)),
    onDialled: (call, legId, target) => noteLeg(parts, call.id, target, sip.callIdOf(legId)),
    onChange(call) {
      if (call.state === 'ended') {
        door.hops.delete(call.callId)
        parts.trace?.endCall(call.callId)
      }
      parts.onCallChanged(call)
    },
  })
}

function roomOf({ parts, executor }: Door): RoomParts {
  return { ...parts, directory: parts.directory(), executor: executor() }
}

/** Tells the trace whose leg was dialled; a carrier's is the provider's own. */
function noteLeg(
  { trace, directory }: SwitchParts,
  callId: string,
  target: Target,
  sipCallId: string | undefined,
): void {
  const owner =
    target.kind === 'binding'
      ? directory().account(target.sipUser)
      : target.kind === 'trunk'
        ? directory().trunk(target.trunkId)
        : undefined
  if (sipCallId !== undefined) trace?.beginLeg(callId, sipCallId, owner?.tenantId)
}

function ha1Of(parts: SwitchParts): (user: string, realm: string, algorithm: DigestAlgorithm) => string | undefined {
  return (user, realm, algorithm) => {
    const account = parts.directory().account(user)
    const password = account && parts.passwordOf(account)
    return password === undefined ? undefined : parts.hashes.hash(algorithm, `${user}:${realm}:${password}`)
  }
}

/** The same events; who watches a registration hears of them too (RFC 3680). */
function tellingWatchers(events: RegistrarEvents, changed: (sipUser: string) => void): RegistrarEvents {
  return {
    onRegistered(aor, binding, isNew, before) {
      events.onRegistered(aor, binding, isNew, before)
      changed(aor)
    },
    onUnregistered(aor, binding, reason) {
      events.onUnregistered(aor, binding, reason)
      changed(aor)
    },
  }
}

/** The same transport; a connection that ends takes its registrations with it. */
function watchFlows(transport: Transport, registrar: Registrar): Transport {
  return {
    get listening() {
      return transport.listening
    },
    open: (events) =>
      transport.open({
        onMessage: (bytes, flow) => events.onMessage(bytes, flow),
        onFlowClosed(flow, reason) {
          registrar.onFlowClosed(flow)
          events.onFlowClosed(flow, reason)
        },
      }),
    flowTo: (protocol, remote, serverName) => transport.flowTo(protocol, remote, serverName),
    close: () => transport.close(),
  }
}

/** Notes on disk that the answered calls are still there, each by its own clock: setting the machine's bills nobody. */
function proveAlive({ spool, log }: SwitchParts, executor: Executor): void {
  for (const [at, ids] of executor.alive()) {
    spool.append({ kind: 'alive', at, ids }).catch((error: unknown) => {
      log.error('the heartbeat of calls could not be written', { error })
    })
  }
}

function dropFormerPhones(registrar: Registrar, before: Directory, now: Directory): void {
  for (const sipUser of new Set(registrar.snapshot().map((binding) => binding.aor))) {
    const [old, account] = [before.account(sipUser), now.account(sipUser)]
    const isSame = account?.secretVersion === old?.secretVersion && account?.secretKeyId === old?.secretKeyId
    const isServed = account && now.customer(account.tenantId)?.status !== 'terminated'
    // A phone that was unknown before was restored from the table, ahead of its directory.
    if (!isServed || (old && !isSame)) registrar.remove(sipUser)
  }
}

function liveBindingOf(binding: StoredBinding): LiveBinding {
  return {
    sipUser: binding.aor,
    contact: binding.contact,
    protocol: binding.protocol,
    source: `${binding.remote.address}:${binding.remote.port}`,
    userAgent: binding.userAgent,
    expiresAt: binding.expiresAt,
  }
}
