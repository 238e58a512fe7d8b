/** A phone company for tests: the switch, phones and carriers on a network in memory, on a clock that tests move. */

import { seededRandom, silentLog, virtualClock, type RandomBytes, type VirtualClock } from '../../base/index.ts'
import {
  createEndpoint,
  type LegEnd,
  type MessageCounts,
  type Reply,
  type SipEndpoint,
  type SipEvents,
  type SipMessage,
  type Headers,
} from '../../network/sip/index.ts'
import {
  createMemoryNetwork,
  machineHashes,
  type Conditions,
  type Flow,
  type MemoryNetwork,
  type SocketAddress,
} from '../../network/transport/index.ts'
import type { CdrRecord } from '../ledger/index.ts'
import type { ServicesPort } from './calls/execution.ts'
import type { IdentityPort } from './trunks/signed-identity.ts'
import type { Switch } from './create-switch.ts'
import type { DirectoryRows } from './directory/directory.ts'
import { createKnownSources, type KnownSources } from './edge/known-sources.ts'
import type { Disk, FakeCharging, FakeMedia } from './test-fakes.ts'
import { fakeCharging, fakeMedia } from './test-fakes.ts'
import type { SwitchParts } from './switch-parts.ts'
import { HOUSE, passwordOf, REALM, startHouse, type House } from './test-house.ts'
import type { LiveCall } from './topics.ts'

export { HOUSE }

/** Lets everything that waits for a promise go on, without moving time. */
export async function settle(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Moves time in small steps, and lets promises go on between them. */
export async function pass(clock: VirtualClock, ms: number, stepMs = 10): Promise<void> {
  await settle(1)
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left))
    await settle(3)
  }
}

export type Behaviour = 'answer' | 'ring' | 'early' | 'busy' | 'fail' | 'unknown' | 'silent' | 'redirect'

/** A phone or a carrier: an endpoint of its own, and what happened to it as lines. */
export type Peer = {
  readonly sip: SipEndpoint
  readonly address: SocketAddress
  readonly diary: string[]
  /** What it does with a call that comes in. */
  behaviour: Behaviour
  /** NOTIFYs that came outside calls, and what it answers to them. */
  readonly notifies: SipMessage[]
  notifyStatus: number
  /** What it answers to new offers; 200 unless set. */
  refuses: number | undefined
  /** Where `redirect` sends calls on to. */
  redirectTo: string
  /** How it answers what comes outside calls; with the usual when absent. */
  answerOther?: (request: SipMessage, flow: Flow) => Reply
  /** Leg of the last call that came in, and its request. */
  lastLeg: string
  lastInvite: SipMessage | undefined
  /** SDP that each leg was told by the other side. */
  readonly heard: Map<string, string | undefined>
  readonly ends: Map<string, LegEnd>
}

/** What a phone at an address offers and answers. */
export const sdpFrom = (address: string): string =>
  `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n`

export type DialOptions = {
  readonly credentials?: boolean
  readonly sdp?: string
  readonly withoutSdp?: boolean
  readonly headers?: readonly (readonly [string, string])[]
  /** User-Agent. */
  readonly agent?: string
}

export type Phone = Peer & {
  readonly user: string
  /** `lines` are further headers, `contactParams` what follows the Contact. */
  register(expiresSeconds?: number, lines?: Headers, contactParams?: string): Promise<number>
  /** Starts a call and returns its leg. */
  dial(number: string, options?: DialOptions): string
}

export type Bench = {
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  readonly charging: FakeCharging
  readonly media: FakeMedia
  readonly disk: Disk
  /** Messages that wait, by extension. */
  readonly messages: Map<string, MessageCounts>
  readonly changes: LiveCall[]
  readonly sources: KnownSources
  rows: DirectoryRows
  /** The running switch. */
  house(): Switch
  peer(address: SocketAddress, behaviour?: Behaviour): Promise<Peer>
  phone(user: string, address: string, port?: number): Promise<Phone>
  pass(ms: number): Promise<void>
  /** Dies as `kill -9` does: nothing is said, what was not on disk is lost. */
  crash(): Promise<void>
  /** Starts again over what the disk holds. */
  restart(): Promise<void>
  /** Stored records of calls, oldest first. */
  cdrs(): CdrRecord[]
}

const START_MS = 1_800_000_000_000

/** Starts a house with the given directory. */
export async function openBench(
  rows: DirectoryRows,
  options: {
    readonly seed?: number
    readonly conditions?: Conditions
    readonly serversMax?: number
    /** Carriers are asked whether they are there. */
    readonly pings?: boolean
    readonly session?: NonNullable<SwitchParts['session']>
    readonly identity?: IdentityPort
    readonly services?: ServicesPort
  } = {},
): Promise<Bench> {
  const { seed = 1, conditions, pings, ...given } = options
  const clock = virtualClock(START_MS)
  const random = seededRandom(seed)
  const network = createMemoryNetwork({ clock, random, delayMs: 1, ...conditions })
  const disk: Disk = { lines: [], journal: [], watches: [] }
  const charging = fakeCharging()
  const media = fakeMedia(clock)
  const changes: LiveCall[] = []
  const messages = new Map<string, MessageCounts>()
  const sources = createKnownSources(clock)
  let running: House | undefined
  const start = async (): Promise<void> => {
    running = await startHouse({
      clock,
      random,
      network,
      disk,
      charging,
      media,
      changes,
      messages,
      sources,
      rows: () => bench.rows,
      ...given,
      ...(pings ? { onCarrierChanged: () => {} } : {}),
    })
  }
  const bench: Bench = {
    clock,
    network,
    charging,
    media,
    disk,
    messages,
    changes,
    sources,
    rows,
    house: () => running!.carrying,
    peer: (address, behaviour = 'answer') => openPeer({ clock, random, network }, address, behaviour),
    phone: (user, address, port = 5060) => openPhone({ clock, random, network }, user, { address, port }),
    pass: (ms) => pass(clock, ms),
    async crash() {
      await running?.die()
      running = undefined
    },
    async restart() {
      // The disk takes its time, so time must pass.
      const starting = start()
      while (!running) await pass(clock, 10)
      await starting
    },
    cdrs: () => [...charging.stored.values()],
  }
  await start()
  return bench
}

type Outside = { readonly clock: VirtualClock; readonly random: RandomBytes; readonly network: MemoryNetwork }

async function openPeer(outside: Outside, address: SocketAddress, behaviour: Behaviour): Promise<Peer> {
  const { clock, random, network } = outside
  const peer: Peer = {
    address,
    behaviour,
    redirectTo: '',
    notifies: [],
    notifyStatus: 200,
    refuses: undefined,
    diary: [],
    lastLeg: '',
    lastInvite: undefined,
    heard: new Map(),
    ends: new Map(),
    sip: createEndpoint({
      transport: network.host(address),
      events: peerEvents(() => peer),
      methods: ['NOTIFY'],
      extensions: ['gin'],
      clock,
      random,
      log: silentLog,
      hashes: machineHashes,
    }),
  }
  await peer.sip.open()
  return peer
}

function peerEvents(self: () => Peer): SipEvents {
  const note = (line: string): void => void self().diary.push(line)
  return {
    admitInvite: () => (self().behaviour === 'silent' ? undefined : 'accept'),
    onInvite({ legId, request, sdp }) {
      const peer = self()
      note('invite')
      Object.assign(peer, { lastLeg: legId, lastInvite: request })
      peer.heard.set(legId, sdp)
      if (peer.behaviour === 'busy') return peer.sip.hangup(legId, { status: 486, reason: 'Busy Here' })
      if (peer.behaviour === 'unknown') return peer.sip.hangup(legId, { status: 404, reason: 'Not Found' })
      if (peer.behaviour === 'fail') return peer.sip.hangup(legId, { status: 503, reason: 'Congestion' })
      if (peer.behaviour === 'redirect') {
        return peer.sip.hangup(legId, { status: 302, headers: [['Contact', `<sip:${peer.redirectTo}@192.0.2.99>`]] })
      }
      if (peer.behaviour === 'early') return peer.sip.answer(legId, 183, { sdp: sdpFrom(peer.address.address) })
      peer.sip.answer(legId, 180)
      if (peer.behaviour === 'answer') peer.sip.answer(legId, 200, { sdp: sdpFrom(peer.address.address) })
    },
    onProgress: (_, status, sdp) => note(`progress ${status}${sdp === undefined ? '' : ' sdp'}`),
    onAnswered(legId, sdp) {
      note('answered')
      self().heard.set(legId, sdp)
    },
    onConfirmed: () => note('confirmed'),
    onReinvite(legId, sdp) {
      note('reinvite')
      self().heard.set(legId, sdp)
      const { refuses } = self()
      if (refuses !== undefined) return self().sip.answerReinvite(legId, refuses)
      self().sip.answerReinvite(legId, 200, sdpFrom(self().address.address))
    },
    onReinviteDone: (_, status) => note(`reinvite done ${status}`),
    onInfo: () => note('info'),
    onDialogRequest(_, request) {
      const state = request.header('Subscription-State')?.split(';', 1)[0] ?? ''
      note(`${request.method} ${state} ${request.body.toString('latin1').trim()}`.trim())
      return { status: 200 }
    },
    onEnded(legId, end) {
      note(`ended ${end.status} ${end.by}`)
      self().ends.set(legId, end)
    },
    onRequest(request, flow) {
      const { notifies, answerOther } = self()
      if (answerOther) return answerOther(request, flow)
      if (self().behaviour === 'silent') return undefined
      if (request.method !== 'NOTIFY') return { status: 405 }
      notifies.push(request)
      return { status: self().notifyStatus }
    },
  }
}

async function openPhone(outside: Outside, user: string, address: SocketAddress): Promise<Phone> {
  const peer = await openPeer(outside, address, 'answer')
  const credentials = { user, password: passwordOf(user), realm: REALM }
  const own = `<sip:${user}@${HOUSE.address}>`
  const nextHop = { protocol: 'udp', remote: HOUSE } as const
  let dialled = 0
  const callId = `registration-of-${user}-${address.address}-${address.port}`
  let cseq = 0
  return Object.assign(peer, {
    user,
    async register(expiresSeconds = 3600, lines: Headers = [], contactParams = '') {
      let status = 0
      const headers = [
        ['Contact', `<sip:${user}@${address.address}:${address.port}>${contactParams}`],
        ['Expires', String(expiresSeconds)],
        ...lines,
      ] as const
      const target = `sip:${HOUSE.address}`
      peer.sip.send(
        { nextHop, method: 'REGISTER', target, from: own, to: own, headers, credentials, callId, cseq: cseq + 1 },
        (outcome) => {
          status = outcome.status
          cseq = outcome.cseq
        },
      )
      for (let waited = 0; status === 0 && waited < 40_000; waited += 10) await pass(outside.clock, 10)
      return status
    },
    dial(number: string, options: DialOptions = {}) {
      const legId = `${user}-${++dialled}`
      peer.sip.invite({
        legId,
        nextHop,
        target: `sip:${number}@${HOUSE.address}`,
        from: own,
        to: `<sip:${number}@${HOUSE.address}>`,
        sdp: options.withoutSdp ? undefined : (options.sdp ?? sdpFrom(address.address)),
        ...(options.credentials === false ? {} : { credentials }),
        headers: [
          ...(options.headers ?? []),
          ...(options.agent === undefined ? [] : [['User-Agent', options.agent] as const]),
        ],
      })
      return legId
    },
  })
}
