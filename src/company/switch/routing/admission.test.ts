/**
 * Whatever happens to a call (forwards, redirections, transfers, refusals, in any order), no leg leaves through a
 * carrier before charging granted a record of that very destination; only an emergency does.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fail, ok } from '../../../base/index.ts'
import { parseMessage, type SipMessage } from '../../../network/sip/index.ts'
import type { Grant } from '../../ledger/index.ts'
import type { Call, CallAction, CallEvent } from '../calls/call.ts'
import { createCall } from '../calls/create-call.ts'
import { buildDirectory } from '../directory/directory.ts'
import { originate } from './originate.ts'
import { step } from '../calls/step.ts'
import { carrierCaller, forwarding, originatingIn, phone } from '../testing.ts'

const grant: Grant = {
  grantedSeconds: 300,
  final: false,
  reservedMicros: 1n,
  currency: 'CAD',
  prefix: '1',
  destinationName: 'x',
  class: 'domestic',
}

const directory = buildDirectory(forwarding('acme-201', { busy: '2125550188', noAnswer: '+442079460000' }))
const binding = { flow: {}, contact: 'sip:here' } as never

function redirection(user: string): SipMessage {
  const lines = [
    'SIP/2.0 302 Moved',
    'Via: SIP/2.0/UDP x;branch=z9hG4bK1',
    'From: <sip:a@x>;tag=1',
    'To: <sip:b@x>;tag=2',
  ]
  lines.push('Call-ID: c', 'CSeq: 1 INVITE', `Contact: <sip:${user}@x>`, 'Content-Length: 0')
  const text = `${lines.join('\r\n')}\r\n\r\n`
  const parsed = parseMessage(Buffer.from(text, 'latin1'), text)
  assert.ok(parsed.ok)
  return parsed.value
}

const numbers = ['201', '202', '2125550100', '+442079460000', '6045550101', '911', '8005550199', '5'] as const
const callers = [phone('acme', '202'), phone('beta', '201'), phone('late', '201'), carrierCaller()]

type Chooser = (size: number) => number

/** A call that is fed what a fate of numbers says; `check` sees every action. */
function live(fate: readonly number[], check: (call: Call, action: CallAction) => void): Call {
  let [at, turn] = [1_000_000, 0]
  const choose: Chooser = (size) => (fate[turn++ % fate.length] ?? 0) % size
  const gate = originatingIn(directory, () => [binding])
  const caller = callers[choose(callers.length)]!
  const way = originate(gate, { callId: 'c', caller, dialled: numbers[choose(numbers.length)]!, at })
  let call = createCall({ id: 'c', callerLeg: 'a', sipCallId: 'x@y', sdp: 'offer', way, at })
  const pending: CallAction[] = []
  const feed = (event: CallEvent extends infer E ? (E extends CallEvent ? Omit<E, 'at'> : never) : never): void => {
    at += choose(3000)
    const next = step(call, { ...event, at })
    call = next.call
    for (const action of next.actions) {
      check(call, action)
      if (action.kind !== 'originate') pending.push(action)
      else {
        const { id, tenantId } = action.by
        const [extension, customer] = [directory.extension(id)!, directory.customer(tenantId)!]
        const by = { kind: 'device', device: undefined, extension, customer } as const
        feed({ kind: 'admitted', way: originate(gate, { callId: 'c', caller: by, dialled: action.dialled, at }) })
      }
    }
  }
  feed({ kind: 'started' })
  for (let rest = 60; rest > 0 && call.state !== 'ended'; rest--) {
    const action = pending.splice(choose(Math.max(1, pending.length)), 1)[0]
    const leg = call.legs[choose(Math.max(1, call.legs.length))]?.legId ?? 'a'
    if (action?.kind === 'reserve') {
      const result = choose(4) === 0 ? fail('ledger.no_credit', 'none') : ok(grant)
      feed({ kind: 'reserved', cdrId: action.request.cdrId, result })
    } else if (action?.kind === 'offer') feed({ kind: 'offered', legId: action.toLeg, result: ok('sdp') })
    else if (action?.kind === 'answerMedia') {
      feed({ kind: 'mediaAnswered', legId: action.fromLeg, early: action.early, result: ok('sdp') })
    } else if (action?.kind === 'confirm') feed({ kind: 'confirmed', result: ok(true) })
    else if (action?.kind === 'spool') feed({ kind: 'spooled' })
    else if (action?.kind === 'reinviteLeg')
      feed({ kind: 'reinviteDone', legId: action.legId, status: 200, sdp: 'sdp' })
    else {
      const to = numbers[choose(numbers.length)]!
      const status = [486, 408, 480, 503, 603][choose(5)]!
      const happenings = [
        () => feed({ kind: 'progress', legId: leg, status: 180, sdp: undefined }),
        () => feed({ kind: 'answered', legId: leg, sdp: 'answer' }),
        () => feed({ kind: 'legEnded', legId: leg, end: { status, reason: '', by: 'remote' } }),
        () =>
          feed({
            kind: 'legEnded',
            legId: leg,
            end: { status: 302, reason: '', by: 'remote', message: redirection(to) },
          }),
        () => feed({ kind: 'timer', timer: 'noAnswer' }),
        () => feed({ kind: 'timer', timer: 'silence' }),
        () =>
          feed({
            kind: 'transfer',
            legId: choose(2) === 0 ? 'a' : leg,
            by: directory.extension('acme-202')!,
            dialled: to,
            isTold: true,
          }),
      ]
      happenings[choose(happenings.length)]!()
    }
  }
  return call
}

test('no leg leaves through a carrier that was not granted for that destination, whatever happens to a call', () => {
  let invites = 0
  let transfers = 0
  const fates = fc.array(fc.nat(1000), { minLength: 20, maxLength: 200 })
  fc.assert(
    fc.property(fates, (fate) => {
      live(fate, (call, action) => {
        if (action.kind === 'notify') transfers++
        if (action.kind !== 'invite' || action.target.kind !== 'carrier') return
        invites++
        if (call.route.kind === 'emergency') return
        const { user } = action.target
        const paying = call.records.find((one) => one.grant && !one.closed && one.reserve?.destination === user)
        assert.ok(paying, `${user} is dialled without a grant`)
        assert.equal(paying.reserve?.accountId, paying.owner.accountId)
      })
    }),
    { numRuns: 2000 },
  )
  assert.ok(invites > 100 && transfers > 50, `${invites} legs, ${transfers} notes: too quiet to prove anything`)
})
