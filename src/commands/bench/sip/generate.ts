/**
 * The load generator of `bench sip`, a process of its own: `node generate.ts JSON` puts the load on and prints what it
 * measured. Calls begin by the clock whatever becomes of them, and how late they began is measured too.
 */

import { systemClock, type Clock } from '../../../base/index.ts'
import { takeCalls } from './callee.ts'
import { placeCalls, type Call } from './caller.ts'
import type { CallLoad, Load, LoadResult } from './load.ts'
import { register } from './register-load.ts'
import { headerOf, statusOf } from './sip-text.ts'
import { onSchedule } from './schedule.ts'
import { openTally } from './tally.ts'
import { openWire } from './wire.ts'

const clock: Clock = systemClock({ keepAlive: true })
/** What only tidies up, or gives a call up that is over: no reason to stay. */
const passing: Clock = systemClock()
/** After the last call began: until everybody has hung up or given up. */
const AFTERMATH_MS = 14_000

async function generate(load: Load): Promise<LoadResult> {
  return load.kind === 'calls' ? callAll(load) : register(load, clock)
}

async function callAll(load: CallLoad): Promise<LoadResult> {
  const wire = await openWire(0, load.lossPerMille)
  const farWire = await openWire(load.calleePort, load.lossPerMille)
  const calls = new Map<string, Call>()
  const tally = openTally(load)
  takeCalls({
    wire: farWire,
    clock: passing,
    ringMs: load.ringMs,
    onRetransmission: tally.retransmitted,
    onInvite: (dialled) => tally.arrived(dialled, clock.monotonic()),
  })
  const caller = placeCalls({
    wire,
    clock: passing,
    load,
    onRetransmission: tally.retransmitted,
    onDone(call, failure) {
      tally.ended(call, failure)
      passing.after(AFTERMATH_MS, () => void calls.delete(call.id))
    },
  })
  wire.onText((text) => {
    const status = statusOf(text)
    const call = calls.get(headerOf(text, 'Call-ID'))
    if (status !== undefined && call) caller.take(call, text, status)
    // A call that the other side ends: answered, so that it is not asked again.
    else if (text.startsWith('BYE ')) wire.send(byeAnswer(text), load.target.host, load.target.port)
  })
  const run = `${process.pid}x${Math.round(clock.now())}`
  await onSchedule(clock, Math.round(load.ratePerSecond * load.seconds), load.ratePerSecond, (index, lateMs) => {
    const call = newCall(load, index, run)
    calls.set(call.id, call)
    tally.begun(call, lateMs)
    caller.begin(call)
  })
  const deadline = clock.monotonic() + load.holdMs + load.ringMs + AFTERMATH_MS
  while (!tally.isOver() && clock.monotonic() < deadline) await pause(100)
  await Promise.all([wire.close(), farWire.close()])
  return tally.result()
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}

function newCall(load: CallLoad, index: number, run: string): Call {
  const { user, password } = load.callers[index % load.callers.length]!
  const { emergencyEvery: every, prefix } = load
  const isEmergency = every > 0 && index % every === every - 1
  const dialled = isEmergency ? '911' : `${prefix}${String(index % 10_000_000).padStart(7, '0')}`
  const blank = { cseq: 0, state: 'inviting', request: '', ack: '', invitedAt: 0 } as const
  return { id: `${index}l${run}`, index, dialled, isEmergency, user, password, ...blank }
}

function byeAnswer(text: string): string {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(text, name)}\r\n`)
  return `SIP/2.0 200 OK\r\n${copied.join('')}Content-Length: 0\r\n\r\n`
}

process.stdout.write(`${JSON.stringify(await generate(JSON.parse(process.argv[2]!) as Load))}\n`)
