/** Kinds of fault of a call, each with the causes that must be named; combined ones and healthy controls beside. */

import type { LegMedia } from '../../src/company/support/diagnosis/evidence.ts'
import { sdpFrom, type Bench } from '../../src/company/switch/test-bench.ts'
import { sampleRows } from '../../src/company/switch/testing.ts'
import { healthy, type Fault, type Rows, type Stage } from './call-stage.ts'

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

/** Two faults in one call. */
export const combined: readonly Fault[] = [
  talked(['packet_loss_caller', 'jitter_carrier'], (stage, seconds) => {
    stage.media[0] = { ...stage.media[0]!, ...lossy(stage.draw, seconds * 50) }
    stage.media[1] = { ...stage.media[1]!, jitterMs: stage.draw(40, 200) }
  }),
  talked(['one_way_callee', 'jitter_caller'], (stage) => {
    stage.media[0] = { ...stage.media[0]!, jitterMs: stage.draw(40, 200) }
    stage.media[1] = { ...stage.media[1]!, packetsIn: 0, lost: 0 }
  }),
  talked(['packet_loss_caller', 'packet_loss_carrier'], (stage, seconds) => {
    stage.media = stage.media.map((leg) => ({ ...leg, ...lossy(stage.draw, seconds * 50) }))
  }),
  {
    expected: ['credit_ran_out', 'packet_loss_carrier'],
    async act(stage) {
      Object.assign(stage.bench.charging, { grantSeconds: 6, isFinal: true })
      stage.media = [healthy('a', 6, stage.draw), healthy('b', 6, stage.draw, lossy(stage.draw, 300))]
      await stage.dial(OUTSIDE)
      await stage.bench.pass(15_000)
    },
  },
  {
    expected: ['jitter_caller', 'dtmf_mode'],
    async act(stage) {
      const seconds = stage.draw(8, 60)
      const { address } = stage.caller.address
      stage.media = [
        healthy('a', seconds, stage.draw, { jitterMs: stage.draw(40, 200) }),
        healthy('b', seconds, stage.draw),
      ]
      await stage.talk(await stage.dial(OUTSIDE, { sdp: audio(address, address, '0 101') }), seconds)
    },
  },
]

/** Calls with nothing wrong: to a carrier, to a colleague, short and long, with a little loss and jitter. */
export function control(at: number): Fault {
  const isInside = at % 3 === 0
  return talked(
    [],
    async (stage) => {
      if (isInside) await stage.callee.register()
    },
    isInside ? '202' : OUTSIDE,
  )
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
