/** A bench for tests: two endpoints on a network in memory, a virtual clock, and a diary of events. */

import { seededRandom, silentLog, virtualClock, type VirtualClock } from '../../base/index.ts'
import {
  createMemoryNetwork,
  machineHashes,
  type Conditions,
  type MemoryNetwork,
  type SocketAddress,
} from '../transport/index.ts'
import { createEndpoint, type EndpointOptions } from './create-endpoint.ts'
import type { InviteCommand, LegEnd, SipEndpoint, SipEvents } from './endpoint.ts'

export type Diary = string[]

export type TestPeer = {
  readonly address: SocketAddress
  readonly sip: SipEndpoint
  /** What happened, one line an event: `answered a`, `ended a 200 remote`. */
  readonly diary: Diary
  /** Replace one to behave differently. */
  readonly events: SipEvents
  /** Id of the last incoming leg. */
  lastLeg: string
}

export type TestBench = {
  readonly clock: VirtualClock
  readonly network: MemoryNetwork
  peer(address: string, port?: number, options?: Partial<EndpointOptions>): Promise<TestPeer>
}

export const offerSdp =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
export const answerSdp =
  'v=0\r\no=- 2 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n'

/** Starts an empty network at an arbitrary instant. */
export function createBench(seed: number, conditions: Conditions = {}): TestBench {
  const clock = virtualClock(1_800_000_000_000)
  const random = seededRandom(seed)
  const network = createMemoryNetwork({ clock, random, ...conditions })
  return {
    clock,
    network,
    async peer(host, port = 5060, options = {}) {
      const address = { address: host, port }
      const diary: Diary = []
      const events = diaryEvents(diary, (legId) => {
        peer.lastLeg = legId
      })
      const sip = createEndpoint({
        transport: network.host(address),
        events,
        clock,
        log: silentLog,
        hashes: machineHashes,
        random,
        ...options,
      })
      const peer: TestPeer = { address, sip, diary, events, lastLeg: '' }
      await sip.open()
      return peer
    },
  }
}

const kindOf = (sdp: string | undefined): string => (sdp === undefined ? '' : ' sdp')

function diaryEvents(diary: Diary, onLeg: (legId: string) => void): SipEvents {
  return {
    admitInvite: () => 'accept',
    onInvite({ legId, sdp }) {
      onLeg(legId)
      diary.push(`invite${kindOf(sdp)}`)
    },
    onProgress: (legId, status, sdp) => void diary.push(`progress ${legId} ${status}${kindOf(sdp)}`),
    onAnswered: (legId, sdp) => void diary.push(`answered ${legId}${kindOf(sdp)}`),
    onConfirmed: (_, sdp) => void diary.push(`confirmed${kindOf(sdp)}`),
    onReinvite: (_, sdp) => void diary.push(`reinvite${kindOf(sdp)}`),
    onReinviteDone: (_, status, sdp) => void diary.push(`reinvite done ${status}${kindOf(sdp)}`),
    onInfo: (_, request) => void diary.push(`info ${request.body.toString()}`),
    onEnded: (_, end: LegEnd) => void diary.push(`ended ${end.status} ${end.by}`),
    onRequest: (request) => {
      diary.push(`request ${request.method}`)
      return { status: 200 }
    },
  }
}

/** A peer that speaks only what a test writes, byte by byte. */
export type RawPeer = {
  readonly address: SocketAddress
  /** Every message that came, in order. */
  readonly heard: string[]
  send(text: string, to: SocketAddress, protocol?: 'udp' | 'tcp'): void
  /** Answers a request that came; `tag` and `more` (header lines) as given. */
  reply(request: string, status: number, options?: { tag?: string; more?: string; body?: string }): void
}

/** Puts a raw peer on the bench's network. */
export async function rawPeer(bench: Pick<TestBench, 'network'>, host: string, port = 5060): Promise<RawPeer> {
  const address = { address: host, port }
  const heard: string[] = []
  const sources = new Map<string, SocketAddress>()
  const transport = bench.network.host(address)
  await transport.open({
    onMessage(bytes, flow) {
      const text = bytes.toString('latin1')
      heard.push(text)
      sources.set(text, flow.remote)
    },
    onFlowClosed() {},
  })
  const send = (text: string, to: SocketAddress, protocol: 'udp' | 'tcp' = 'udp'): void =>
    transport.flowTo(protocol, to).send(Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1'))
  return {
    address,
    heard,
    send,
    reply(request, status, { tag, more = '', body = '' } = {}) {
      const kept = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line))
      const lines = kept.map((line) => (line.startsWith('To:') && tag !== undefined ? `${line};tag=${tag}` : line))
      const type = body === '' ? '' : 'Content-Type: application/sdp\n'
      const head = `SIP/2.0 ${status} Raw\n${lines.join('\n')}\n${more}${type}Content-Length: ${body.length}\n\n`
      send(head.replaceAll('\r', '') + body, sources.get(request)!)
    },
  }
}

/** An INVITE from `a` to `b` over UDP. */
export function inviteTo(b: TestPeer, legId: string, more: Partial<InviteCommand> = {}): InviteCommand {
  return {
    legId,
    nextHop: { protocol: 'udp', remote: b.address },
    target: `sip:204@${b.address.address}:${b.address.port}`,
    from: '"Ann" <sip:201@home.invalid>',
    to: '<sip:204@home.invalid>',
    sdp: offerSdp,
    ...more,
  }
}
