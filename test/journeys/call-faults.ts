/**
 * Faults of real calls: the real switch, phones and carriers on a network in memory; what goes wrong is drawn from a
 * seed, and what a desk would know of it is taken from the messages on the wire and the stored record.
 */

import { seededRandom } from '../../src/base/index.ts'
import type { CallFacts, LegMedia, SeenMessage } from '../../src/company/support/diagnosis/evidence.ts'
import type { Known } from '../../src/company/support/diagnosis/diagnose.ts'
import { HOUSE, openBench, sdpFrom, type Bench, type Peer, type Phone } from '../../src/company/switch/test-bench.ts'
import type { DirectoryRows } from '../../src/company/switch/directory/directory.ts'
import { sampleRows } from '../../src/company/switch/testing.ts'
import type { SocketAddress } from '../../src/network/transport/index.ts'

const CARRIER: SocketAddress = { address: '192.0.2.10', port: 7001 }
const SECOND: SocketAddress = { address: '192.0.2.11', port: 7002 }

type Rows = DirectoryRows

const placed = (rows: Rows): Rows => ({
  ...rows,
  carriers: rows.carriers.map((one) =>
    one.id === 'northvoice'
      ? { ...one, host: CARRIER.address }
      : one.id === 'cascade'
        ? { ...one, host: SECOND.address }
        : one,
  ),
})

export type Stage = {
  readonly bench: Bench
  readonly caller: Phone
  readonly callee: Phone
  readonly carrier: Peer
  readonly second: Peer
  readonly draw: (from: number, to: number) => number
  /** What the media process will have counted: the caller's leg first. */
  media: LegMedia[]
  /** Drops what it says so. */
  drop: ((text: string, from: SocketAddress, to: SocketAddress) => boolean) | undefined
  /** Places a call from 201 and lets it ring or be answered. */
  dial(number: string, options?: Parameters<Phone['dial']>[1]): Promise<string>
  /** Talks, and hangs up as the caller. */
  talk(leg: string, seconds: number): Promise<void>
}

export type Fault = {
  /** Causes that must be named; none for a healthy call. */
  readonly expected: readonly string[]
  readonly rows?: Rows
  readonly act: (stage: Stage) => Promise<void>
}

/** Plays one fault and returns what is known afterwards. */
export async function play(fault: Fault, seed: number): Promise<Known> {
  const random = seededRandom(seed)
  const draw = (from: number, to: number): number => from + (Buffer.from(random(4)).readUInt32BE(0) % (to - from + 1))
  const bench = await openBench(placed(fault.rows ?? sampleRows), { seed })
  const messages: SeenMessage[] = []
  const stage: Stage = {
    bench,
    caller: await bench.phone('acme201', `203.0.113.${draw(10, 99)}`),
    callee: await bench.phone('acme202', `203.0.113.${draw(100, 200)}`),
    carrier: await bench.peer(CARRIER),
    second: await bench.peer(SECOND, 'fail'),
    draw,
    media: [],
    drop: undefined,
    async dial(number, options) {
      const leg = stage.caller.dial(number, options)
      await bench.pass(draw(300, 900))
      return leg
    },
    async talk(leg, seconds) {
      await bench.pass(seconds * 1000)
      stage.caller.sip.hangup(leg)
      await bench.pass(500)
    },
  }
  const quality = () =>
    Promise.resolve(stage.media.map((one) => ({ rtcpIn: 0, bytesIn: 0, lastPacketAt: 0, codec: 'PCMU', ...one })))
  Object.assign(bench.media, {
    release: (callId: string) => {
      bench.media.calls.delete(callId)
      return quality()
    },
    stats: quality,
  })
  const isHouse = (one: SocketAddress): boolean => one.address === HOUSE.address && one.port === HOUSE.port
  await stage.caller.register()
  bench.network.setDrop((bytes, from, to) => {
    const text = bytes.toString('latin1')
    const remote = isHouse(from) ? to : from
    const leg = /\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/i.exec(text)?.[1] ?? ''
    const isOut = isHouse(from)
    if (!isOut && stage.drop?.(text, from, to)) return true
    messages.push({
      at: bench.clock.now(),
      direction: isOut ? 'out' : 'in',
      remote: `${remote.address}:${remote.port}`,
      leg,
      text,
    })
    return false
  })
  await fault.act(stage)
  for (let waited = 0; bench.cdrs().length === 0 && waited < 60; waited++) await bench.pass(1000)
  return {
    call: factsOf(bench),
    messages: messages.filter(({ text }) => !text.includes('REGISTER')),
    media: stage.media,
  }
}

function factsOf(bench: Bench): CallFacts {
  const record = bench.cdrs().toSorted((a, b) => Number(b.reserved) - Number(a.reserved))[0]
  if (!record) throw new Error('the call left no record')
  const { ringingAt = null, answeredAt = null } = record
  return { ...record, ringingAt, answeredAt }
}

/** A leg that sent and got as much as it should in so many seconds. */
export function healthy(
  legId: string,
  seconds: number,
  draw: Stage['draw'],
  changes: Partial<LegMedia> = {},
): LegMedia {
  const packets = seconds * 50 - draw(0, 10)
  return {
    legId,
    packetsIn: packets,
    packetsOut: packets,
    lost: draw(0, Math.floor(packets / 100)),
    jitterMs: draw(0, 12),
    dropped: draw(0, 3),
    ...changes,
  }
}

const OUTSIDE = '12125550100'

/** A call that was answered and talked on, with what the media counted. */
function talked(
  expected: readonly string[],
  change: (stage: Stage, seconds: number) => void | Promise<void>,
  number = OUTSIDE,
): Fault {
  return {
    expected,
    async act(stage) {
      const seconds = stage.draw(8, 60)
      stage.media = [healthy('a', seconds, stage.draw), healthy('b', seconds, stage.draw)]
      await change(stage, seconds)
      await stage.talk(await stage.dial(number), seconds)
    },
  }
}

const refused = (refusal: NonNullable<Bench['charging']['refusal']>, code: string): Fault => ({
  expected: [code],
  async act(stage) {
    stage.bench.charging.refusal = refusal
    await stage.dial(OUTSIDE)
    await stage.bench.pass(15_000)
  },
})

/** One carrier for calls at home. */
const single: Rows = { ...sampleRows, routes: sampleRows.routes.filter((one) => one.carrierId !== 'cascade') }

/** A carrier that answers an INVITE with a status, after it rang or not. */
const carrierAnswers = (status: number, code: string): Fault => ({
  expected: [code],
  rows: single,
  async act(stage) {
    stage.carrier.behaviour = 'ring'
    await stage.dial(OUTSIDE)
    stage.carrier.sip.hangup(stage.carrier.lastLeg, { status, reason: 'Because' })
    await stage.bench.pass(15_000)
  },
})

const lossy = (draw: Stage['draw'], packets: number): Partial<LegMedia> => {
  const lost = Math.round((packets * draw(8, 30)) / 100)
  return { packetsIn: packets - lost, lost }
}

const withOffer = (expected: readonly string[], sdp: (stage: Stage) => string, changes: Partial<LegMedia>): Fault => ({
  expected,
  async act(stage) {
    const seconds = stage.draw(8, 60)
    stage.media = [healthy('a', seconds, stage.draw, changes), healthy('b', seconds, stage.draw)]
    await stage.talk(await stage.dial(OUTSIDE, { sdp: sdp(stage) }), seconds)
  },
})

const audio = (origin: string, connection: string, kinds = '0'): string =>
  `v=0\r\no=- 1 1 IN IP4 ${origin}\r\ns=-\r\nc=IN IP4 ${connection}\r\nt=0 0\r\nm=audio 4000 RTP/AVP ${kinds}\r\n` +
  (kinds.includes('101') ? 'a=rtpmap:101 telephone-event/8000\r\n' : '')

const circle: Rows = {
  ...sampleRows,
  extensions: sampleRows.extensions.map((row) => {
    const always = { 'acme-202': '203', 'acme-203': '202' }[row.id]
    return always === undefined ? row : { ...row, forward: { ...row.forward, always } }
  }),
}

/** Every kind of fault, by name. */
export const faults: Readonly<Record<string, Fault>> = {
  'the credit limit leaves nothing': refused('ledger.no_credit', 'no_credit'),
  'the account is suspended': refused('ledger.account_suspended', 'account_suspended'),
  'the destination is blocked': refused('ledger.destination_blocked', 'destination_blocked'),
  'too many calls at once': refused('ledger.too_many_calls', 'too_many_calls'),
  'no price for the number': refused('ledger.no_rate', 'no_rate'),
  'every carrier is below cost': refused('ledger.below_cost', 'below_cost'),
  'charging does not answer': refused('ledger.unavailable', 'charging_away'),
  'credit runs out while they talk': {
    expected: ['credit_ran_out'],
    async act(stage) {
      Object.assign(stage.bench.charging, { grantSeconds: 6, isFinal: true })
      stage.media = [healthy('a', 6, stage.draw), healthy('b', 6, stage.draw)]
      await stage.dial(OUTSIDE)
      await stage.bench.pass(15_000)
    },
  },
  'there is no route': {
    expected: ['no_route'],
    async act(stage) {
      await stage.dial(`01149${stage.draw(30_000_000, 39_999_999)}`)
      await stage.bench.pass(15_000)
    },
  },
  'no phone is registered': {
    expected: ['unregistered'],
    async act(stage) {
      await stage.dial('202')
      await stage.bench.pass(15_000)
    },
  },
  'the phone is registered and silent': {
    expected: ['phone_silent'],
    async act(stage) {
      await stage.callee.register()
      stage.callee.behaviour = 'silent'
      await stage.dial('202')
      await stage.bench.pass(60_000)
    },
  },
  'the phone refuses': {
    expected: ['phone_refused'],
    async act(stage) {
      await stage.callee.register()
      stage.callee.behaviour = 'fail'
      await stage.dial('202')
      await stage.bench.pass(15_000)
    },
  },
  'the number is busy': {
    expected: ['busy'],
    async act(stage) {
      stage.carrier.behaviour = 'busy'
      await stage.dial(OUTSIDE)
      await stage.bench.pass(15_000)
    },
  },
  'nobody answers': {
    expected: ['no_answer'],
    async act(stage) {
      await stage.callee.register()
      stage.callee.behaviour = 'ring'
      await stage.dial('202')
      await stage.bench.pass(200_000)
    },
  },
  'the caller gives up': {
    expected: ['cancelled'],
    async act(stage) {
      stage.carrier.behaviour = 'ring'
      const leg = await stage.dial(OUTSIDE)
      await stage.talk(leg, stage.draw(3, 20))
    },
  },
  'the number called declines': carrierAnswers(603, 'declined'),
  'the carrier forbids': carrierAnswers(403, 'carrier_403'),
  'the number does not exist': carrierAnswers(404, 'carrier_404'),
  'the carrier gives up waiting': carrierAnswers(408, 'carrier_408'),
  'the number has changed': carrierAnswers(410, 'carrier_410'),
  'the number cannot be reached': carrierAnswers(480, 'carrier_480'),
  'the number is incomplete': carrierAnswers(484, 'carrier_484'),
  'the carrier has a fault': carrierAnswers(500, 'carrier_500'),
  'the next network answers nonsense': carrierAnswers(502, 'carrier_502'),
  'the carrier is full': carrierAnswers(503, 'carrier_503'),
  'the next network is slow': carrierAnswers(504, 'carrier_504'),
  'the call is not wanted': carrierAnswers(607, 'unwanted'),
  'analytics reject the call': carrierAnswers(608, 'rejected_by_analytics'),
  'the carrier challenges us': carrierAnswers(401, 'carrier_challenge'),
  'the carriers are silent': {
    expected: ['carrier_silent'],
    async act(stage) {
      stage.carrier.behaviour = 'silent'
      stage.second.behaviour = 'silent'
      await stage.dial(OUTSIDE)
      await stage.bench.pass(120_000)
    },
  },
  'no codec in common': carrierAnswers(488, 'codec_mismatch'),
  'one side wants encryption': {
    expected: ['encryption_mismatch'],
    async act(stage) {
      stage.carrier.behaviour = 'ring'
      await stage.dial(OUTSIDE, { sdp: sdpFrom(stage.caller.address.address).replace('RTP/AVP', 'RTP/SAVP') })
      stage.carrier.sip.hangup(stage.carrier.lastLeg, { status: 488, reason: 'Not Acceptable Here' })
      await stage.bench.pass(15_000)
    },
  },
  'the caller is not heard': talked(['one_way_caller'], (stage) => {
    stage.media[0] = { ...stage.media[0]!, packetsIn: 0, lost: 0 }
  }),
  'the called one is not heard': talked(['one_way_callee'], (stage) => {
    stage.media[1] = { ...stage.media[1]!, packetsIn: stage.draw(0, 5), lost: 0 }
  }),
  'the phone announces a private address': withOffer(
    ['one_way_caller_private_address'],
    ({ draw }) => {
      const inside = `192.168.${draw(0, 9)}.${draw(2, 250)}`
      return audio(inside, inside)
    },
    { packetsIn: 0, lost: 0 },
  ),
  'a router rewrites half of the addresses': withOffer(
    ['one_way_caller_alg'],
    ({ caller, draw }) => audio(`10.0.${draw(0, 9)}.${draw(2, 250)}`, caller.address.address),
    { packetsIn: 0, lost: 0 },
  ),
  'audio comes from elsewhere': withOffer(
    ['one_way_caller_other_source'],
    ({ caller }) => sdpFrom(caller.address.address),
    { packetsIn: 0, lost: 0, dropped: 700 },
  ),
  'nobody is heard': talked(['no_audio'], (stage) => {
    stage.media = stage.media.map((leg) => ({ ...leg, packetsIn: 0, lost: 0 }))
  }),
  'packets are lost at the site': talked(['packet_loss_caller'], (stage, seconds) => {
    stage.media[0] = { ...stage.media[0]!, ...lossy(stage.draw, seconds * 50) }
  }),
  'packets are lost at the carrier': talked(['packet_loss_carrier'], (stage, seconds) => {
    stage.media[1] = { ...stage.media[1]!, ...lossy(stage.draw, seconds * 50) }
  }),
  'packets come unevenly from the site': talked(['jitter_caller'], (stage) => {
    stage.media[0] = { ...stage.media[0]!, jitterMs: stage.draw(40, 200) }
  }),
  'packets come unevenly from the carrier': talked(['jitter_carrier'], (stage) => {
    stage.media[1] = { ...stage.media[1]!, jitterMs: stage.draw(40, 200) }
  }),
  'keys are not understood': withOffer(
    ['dtmf_mode'],
    ({ caller }) => audio(caller.address.address, caller.address.address, '0 101'),
    {},
  ),
  'a call is left on hold': {
    expected: ['left_on_hold'],
    async act(stage) {
      const seconds = stage.draw(20, 60)
      stage.media = [healthy('a', 8, stage.draw), healthy('b', seconds, stage.draw)]
      const leg = await stage.dial(OUTSIDE)
      await stage.bench.pass(8000)
      stage.caller.sip.reinvite(leg, `${sdpFrom(stage.caller.address.address)}a=sendonly\r\n`)
      await stage.talk(leg, seconds - 8)
    },
  },
  'audio stops': {
    expected: ['media_timeout'],
    async act(stage) {
      stage.media = [healthy('a', 8, stage.draw), healthy('b', 8, stage.draw)]
      await stage.dial(OUTSIDE)
      await stage.bench.pass(8000)
      for (const callId of stage.bench.media.calls.keys()) {
        stage.bench
          .house()
          .onMedia({ kind: 'mediaTimeout', callId, legIds: [], lastPacketAt: stage.bench.clock.now() } as never)
      }
      await stage.bench.pass(15_000)
    },
  },
  'it takes very long to ring': {
    expected: ['slow_setup'],
    async act(stage) {
      stage.media = [healthy('a', 20, stage.draw), healthy('b', 20, stage.draw)]
      // The first carrier says nothing, the second one takes it.
      stage.carrier.behaviour = 'silent'
      stage.second.behaviour = 'answer'
      const leg = await stage.dial(OUTSIDE)
      await stage.bench.pass(14_000)
      await stage.talk(leg, 20)
    },
  },
  'the house restarts': {
    expected: ['our_restart'],
    async act(stage) {
      stage.media = [healthy('a', 10, stage.draw), healthy('b', 10, stage.draw)]
      await stage.dial(OUTSIDE)
      await stage.bench.pass(10_000)
      stage.bench.media.calls.clear()
      await stage.bench.crash()
      await stage.bench.restart()
    },
  },
  'somebody ends the call by hand': {
    expected: ['ended_by_operator'],
    async act(stage) {
      stage.media = [healthy('a', 10, stage.draw), healthy('b', 10, stage.draw)]
      await stage.dial(OUTSIDE)
      await stage.bench.pass(10_000)
      for (const callId of stage.bench.media.calls.keys()) stage.bench.house().endCall(callId)
      await stage.bench.pass(1000)
    },
  },
  'the media process is away': {
    expected: ['media_away'],
    async act(stage) {
      stage.bench.media.isAway = true
      await stage.dial(OUTSIDE)
      await stage.bench.pass(15_000)
    },
  },
  'forwarding leads in a circle': {
    expected: ['forward_loop'],
    rows: circle,
    async act(stage) {
      await stage.dial('202')
      await stage.bench.pass(30_000)
    },
  },
}
