import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, ok } from '../../../base/index.ts'
import type { Grant } from '../../ledger/index.ts'
import type { Call, CallAction, CallEvent, Target } from './call.ts'
import { cdrsOf } from '../records/cdrs.ts'
import { createCall } from './create-call.ts'
import { originate } from '../routing/originate.ts'
import type { Caller } from '../routing/route.ts'
import { step } from './step.ts'
import { carrierCaller, phone, sampleDirectory } from '../testing.ts'

const grant: Grant = {
  grantedSeconds: 300,
  final: false,
  reservedMicros: 1_000_000n,
  currency: 'CAD',
  prefix: '1212',
  destinationName: 'New York',
  class: 'domestic',
}

type EventWithoutTime = CallEvent extends infer E ? (E extends CallEvent ? Omit<E, 'at'> : never) : never

/** Drives a call by hand: feed events, look at what it asked for last. */
function drive(
  caller: Caller,
  dialled: string,
  targets: readonly (readonly Target[])[],
  sdp: string | undefined = 'offer',
) {
  let at = 1_000_000
  let ids = 0
  const way = originate(
    {
      directory: sampleDirectory,
      bindings: () => [],
      countOf: () => 0,
      callsOfOneMax: 50,
      isDown: () => false,
      mayCallBack: () => false,
      newId: () => `cdr-${++ids}`,
    },
    { callId: 'c', caller, dialled, at },
  )
  let call: Call = createCall({ id: 'c', callerLeg: 'a', sipCallId: 'x@y', sdp, way: { ...way, targets }, at })
  let actions: readonly CallAction[] = []
  const feed = (event: EventWithoutTime, afterMs = 0): readonly CallAction[] => {
    at += afterMs
    const next = step(call, { ...event, at })
    call = next.call
    actions = next.actions
    return actions
  }
  feed({ kind: 'started' })
  return {
    feed,
    get call() {
      return call
    },
    get actions() {
      return actions
    },
    kinds: () => actions.map((action) => action.kind),
    cdrs: () => cdrsOf(call, at),
  }
}

const carrierTargets: Target[][] = [
  [{ kind: 'carrier', carrierId: 'northvoice', user: '+12125550100' }],
  [{ kind: 'carrier', carrierId: 'cascade', user: '+12125550100' }],
]
const deskPhone: Target = { kind: 'binding', sipUser: 'acme202', contact: 'sip:1' }
const softPhone: Target = { kind: 'binding', sipUser: 'acme202', contact: 'sip:2' }

function talkingCall() {
  const it = drive(phone('acme', '201'), '2125550100', carrierTargets)
  it.feed({ kind: 'reserved', cdrId: 'cdr-1', result: ok(grant) })
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('offer to carrier') })
  it.feed({ kind: 'progress', legId: 'c.1', status: 180, sdp: undefined })
  it.feed({ kind: 'answered', legId: 'c.1', sdp: 'answer' }, 2000)
  it.feed({ kind: 'mediaAnswered', legId: 'c.1', early: false, result: ok('our answer') })
  it.feed({ kind: 'spooled' })
  it.feed({ kind: 'confirmed', result: ok(true) })
  return it
}

test('a paid call is reserved before it is dialled, and connected when money, media and record are safe', () => {
  const it = drive(phone('acme', '201'), '2125550100', carrierTargets)
  assert.deepEqual(it.kinds(), ['reserve'])
  it.feed({ kind: 'reserved', cdrId: 'cdr-1', result: ok(grant) })
  assert.deepEqual(it.kinds(), ['offer'])
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  assert.deepEqual(it.kinds(), ['invite', 'setTimer'])
  it.feed({ kind: 'answered', legId: 'c.1', sdp: 'answer' })
  assert.deepEqual(it.kinds(), ['answerMedia', 'confirm', 'spool'])
  it.feed({ kind: 'spooled' })
  assert.deepEqual(it.kinds(), [])
  it.feed({ kind: 'mediaAnswered', legId: 'c.1', early: false, result: ok('our answer') })
  assert.deepEqual(it.kinds(), [])
  it.feed({ kind: 'confirmed', result: ok(true) })
  assert.deepEqual(it.kinds(), ['answer', 'setTimer', 'setTimer', 'setTimer'])
  assert.equal(it.call.state, 'talking')
})

test('the caller is told 200 only once and the call ends with one record', () => {
  const it = talkingCall()
  it.feed({ kind: 'legEnded', legId: 'a', end: { status: 200, reason: 'OK', by: 'remote' } }, 60_000)
  assert.deepEqual(it.kinds(), ['hangupLeg', 'finish'])
  const [cdr, ...others] = it.cdrs()
  assert.equal(others.length, 0)
  assert.equal(cdr!.endedAt - cdr!.answeredAt!, 60_000)
  assert.deepEqual([cdr!.endedBy, cdr!.hangupCause, cdr!.reserved, cdr!.estimated], ['caller', 'normal', true, false])
})

test('no credit: the caller hears why as early media, then gets 402, and no target is dialled', () => {
  const it = drive(phone('acme', '201'), '2125550100', carrierTargets)
  it.feed({ kind: 'reserved', cdrId: 'cdr-1', result: fail('ledger.no_credit', 'no credit') })
  assert.deepEqual(it.kinds(), ['terminate', 'setTimer'])
  it.feed({ kind: 'terminated', result: ok('our sdp') })
  assert.deepEqual(
    it.actions.map((action) => action.kind === 'answer' && action.status),
    [183, false],
  )
  it.feed({ kind: 'playDone' })
  const last = it.actions.find((action) => action.kind === 'hangupLeg')
  assert.equal(last?.kind === 'hangupLeg' && last.status, 402)
  assert.equal(it.cdrs()[0]!.hangupCause, 'ledger.no_credit')
  assert.equal(it.cdrs()[0]!.answeredAt, undefined)
})

test('the end of the grant is a hard stop even when nobody answers', () => {
  const it = talkingCall()
  it.feed({ kind: 'timer', timer: 'extend', cdrId: 'cdr-1' }, 280_000)
  assert.deepEqual(it.actions, [{ kind: 'extend', cdrId: 'cdr-1', elapsedSeconds: 280 }])
  it.feed({ kind: 'extended', cdrId: 'cdr-1', result: fail('ledger.unavailable', 'no answer') }, 2000)
  assert.deepEqual(it.kinds(), ['setTimer'])
  it.feed({ kind: 'timer', timer: 'grantEnd', cdrId: 'cdr-1' }, 18_000)
  assert.deepEqual(it.kinds(), ['hangupLeg', 'hangupLeg', 'finish'])
  assert.equal(it.cdrs()[0]!.hangupCause, 'grant_exhausted')
})

test('a final grant warns whoever pays a minute before its end, or half way when there is less', () => {
  const warned = (grantedSeconds: number, spentMs: number): number | undefined => {
    const it = talkingCall()
    it.feed({ kind: 'timer', timer: 'extend', cdrId: 'cdr-1' }, spentMs)
    it.feed({ kind: 'extended', cdrId: 'cdr-1', result: ok({ ...grant, grantedSeconds, final: true }) })
    const timer = it.actions.find((action) => action.kind === 'setTimer' && action.timer === 'warning')
    if (timer?.kind !== 'setTimer') return undefined
    it.feed({ kind: 'timer', timer: 'warning', cdrId: 'cdr-1' }, timer.delayMs)
    assert.deepEqual(it.actions, [{ kind: 'play', legId: 'a', prompt: 'credit_ending', times: 1 }])
    it.feed({ kind: 'timer', timer: 'grantEnd', cdrId: 'cdr-1' }, grantedSeconds * 1000 - spentMs - timer.delayMs)
    assert.deepEqual(it.kinds(), ['hangupLeg', 'hangupLeg', 'finish'])
    return spentMs + timer.delayMs
  }
  assert.equal(warned(600, 280_000), 540_000)
  assert.equal(warned(300, 280_000), 290_000)
  assert.equal(warned(285, 280_000), undefined)
})

test('an extension moves the hard stop, counted from the answer', () => {
  const it = talkingCall()
  it.feed({ kind: 'timer', timer: 'extend', cdrId: 'cdr-1' }, 280_000)
  it.feed({ kind: 'extended', cdrId: 'cdr-1', result: ok({ ...grant, grantedSeconds: 600 }) }, 1000)
  const stop = it.actions.find((action) => action.kind === 'setTimer' && action.timer === 'grantEnd')
  assert.equal(stop?.kind === 'setTimer' && stop.delayMs, 600_000 - 281_000)
})

test('a carrier that fails is followed by the next; the caller hears of the last one only', () => {
  const it = drive(phone('acme', '201'), '2125550100', carrierTargets)
  it.feed({ kind: 'reserved', cdrId: 'cdr-1', result: ok(grant) })
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  it.feed({ kind: 'legEnded', legId: 'c.1', end: { status: 503, reason: 'Down', by: 'remote' } })
  assert.deepEqual(
    it.actions.map((action) => action.kind === 'offer' && action.toLeg),
    ['c.2'],
  )
  it.feed({ kind: 'offered', legId: 'c.2', result: ok('sdp') })
  it.feed({ kind: 'legEnded', legId: 'c.2', end: { status: 486, reason: 'Busy Here', by: 'remote' } })
  assert.deepEqual(it.kinds(), ['hangupLeg', 'finish'])
  assert.equal(it.cdrs()[0]!.hangupCause, 'busy')
})

test('a busy answer is not tried again through another carrier', () => {
  const it = drive(phone('acme', '201'), '2125550100', carrierTargets)
  it.feed({ kind: 'reserved', cdrId: 'cdr-1', result: ok(grant) })
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  it.feed({ kind: 'legEnded', legId: 'c.1', end: { status: 486, reason: 'Busy Here', by: 'remote' } })
  assert.deepEqual(it.kinds(), ['hangupLeg', 'finish'])
})

test('all phones of an extension ring, the first answer wins and the others stop', () => {
  const it = drive(phone('acme', '201'), '202', [[deskPhone, softPhone]])
  assert.deepEqual(it.kinds(), ['offer', 'offer'])
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  it.feed({ kind: 'offered', legId: 'c.2', result: ok('sdp') })
  it.feed({ kind: 'progress', legId: 'c.1', status: 180, sdp: undefined })
  assert.deepEqual(it.actions, [{ kind: 'answer', legId: 'a', status: 180 }])
  it.feed({ kind: 'progress', legId: 'c.2', status: 180, sdp: undefined })
  assert.deepEqual(it.actions, [])
  it.feed({ kind: 'answered', legId: 'c.2', sdp: 'answer' })
  assert.deepEqual(it.kinds(), ['hangupLeg', 'answerMedia', 'spool'])
  const cdrs = it.cdrs()
  assert.deepEqual(
    cdrs.map((cdr) => [cdr.direction, cdr.class, cdr.reserved]),
    [['internal', 'onnet', false]],
  )
})

test('a second answer that crosses ours is hung up', () => {
  const it = drive(phone('acme', '201'), '202', [[deskPhone, softPhone]])
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  it.feed({ kind: 'offered', legId: 'c.2', result: ok('sdp') })
  it.feed({ kind: 'answered', legId: 'c.1', sdp: 'answer' })
  const ended = step({ ...it.call, state: 'ended' }, { kind: 'answered', legId: 'c.2', sdp: 'late', at: 1 })
  assert.deepEqual(ended.actions, [{ kind: 'hangupLeg', legId: 'c.2' }])
})

test('R79 an emergency call is neither reserved nor delayed by disk or charging', () => {
  const it = drive(phone('late', '201'), '911', [[{ kind: 'carrier', carrierId: 'psap', user: '911' }]])
  // Its record is on the way to the disk long before anybody can answer; nothing waits for it.
  assert.deepEqual(it.kinds(), ['offer', 'spool'])
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  it.feed({ kind: 'answered', legId: 'c.1', sdp: 'answer' })
  it.feed({ kind: 'mediaAnswered', legId: 'c.1', early: false, result: ok('our answer') })
  const answer = it.actions.find((action) => action.kind === 'answer')
  assert.equal(answer?.kind === 'answer' && answer.status, 200)
  assert.equal(
    it.actions.some((action) => action.kind === 'setTimer' && action.timer === 'grantEnd'),
    false,
  )
  assert.equal(it.cdrs()[0]!.class, 'emergency')
})

test('a call between two customers leaves a record for each, both free', () => {
  const it = drive(phone('acme', '201'), '6045550101', [[deskPhone]])
  assert.deepEqual(
    it.cdrs().map((cdr) => [cdr.tenantId, cdr.direction, cdr.class, cdr.reserved]),
    [
      ['acme', 'outbound', 'onnet', false],
      ['beta', 'inbound', 'onnet', false],
    ],
  )
})

test('a toll-free call from outside is reserved against the customer who is called', () => {
  const it = drive(carrierCaller(), '+18005550199', [[deskPhone]])
  assert.equal(it.actions[0]?.kind === 'reserve' && it.actions[0].request.accountId, 'account-acme')
  assert.equal(it.actions[0]?.kind === 'reserve' && it.actions[0].request.direction, 'inbound')
})

test('a caller that gives up while it rings ends the ringing', () => {
  const it = drive(phone('acme', '201'), '202', [[deskPhone]])
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  it.feed({ kind: 'legEnded', legId: 'a', end: { status: 487, reason: 'Cancelled', by: 'remote' } })
  assert.deepEqual(it.actions, [{ kind: 'hangupLeg', legId: 'c.1' }, { kind: 'finish' }])
  assert.equal(it.cdrs()[0]!.hangupCause, 'cancelled')
})

test('a callee that vanishes before the caller heard the answer costs nothing', () => {
  const it = drive(phone('acme', '201'), '2125550100', carrierTargets)
  it.feed({ kind: 'reserved', cdrId: 'cdr-1', result: ok(grant) })
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('sdp') })
  it.feed({ kind: 'answered', legId: 'c.1', sdp: 'answer' })
  it.feed({ kind: 'legEnded', legId: 'c.1', end: { status: 200, reason: 'OK', by: 'remote' } })
  assert.equal(it.cdrs()[0]!.answeredAt, undefined)
})

test('the charge of a call whose media died ends at the last packet', () => {
  const it = talkingCall()
  const answeredAt = it.call.answeredAt!
  it.feed({ kind: 'mediaTimeout', lastPacketAt: answeredAt + 30_000 }, 90_000)
  assert.equal(it.cdrs()[0]!.endedAt, answeredAt + 30_000)
  assert.equal(it.cdrs()[0]!.estimated, true)
})

test('a re-INVITE is passed to the other side and its answer back; a second one meanwhile is refused', () => {
  const it = talkingCall()
  it.feed({ kind: 'reinvite', legId: 'a', sdp: 'hold' })
  assert.deepEqual(it.actions, [{ kind: 'offer', fromLeg: 'a', toLeg: 'c.1', sdp: 'hold' }])
  assert.deepEqual(it.feed({ kind: 'reinvite', legId: 'c.1', sdp: 'glare' }), [
    { kind: 'answerReinvite', legId: 'c.1', status: 491 },
  ])
  it.feed({ kind: 'offered', legId: 'c.1', result: ok('hold for carrier') })
  assert.deepEqual(it.actions, [{ kind: 'reinviteLeg', legId: 'c.1', sdp: 'hold for carrier' }])
  it.feed({ kind: 'reinviteDone', legId: 'c.1', status: 200, sdp: 'held' })
  it.feed({ kind: 'mediaAnswered', legId: 'c.1', early: false, result: ok('held for phone') })
  assert.deepEqual(it.actions, [{ kind: 'answerReinvite', legId: 'a', status: 200, sdp: 'held for phone' }])
})
