/**
 * The load generator of `bench sip`, a process of its own: `node generate.ts JSON` puts the load on and prints what it
 * measured. Calls begin by the clock whatever becomes of them, and how late they began is measured too.
 */

import { systemClock, type Clock } from '../../../base/index.ts'
import { takeCalls } from './callee.ts'
import { placeCalls, type Call } from './caller.ts'
import { quantilesOf, type CallLoad, type Load, type LoadResult } from './load.ts'
import { register } from './register-load.ts'
import { headerOf, statusOf } from './sip-text.ts'
import { onSchedule } from './schedule.ts'
import { openWire } from './wire.ts'

const clock: Clock = systemClock({ keepAlive: true })
/** After the last call began: until everybody has hung up or given up. */
const AFTERMATH_MS = 14_000

async function generate(load: Load): Promise<LoadResult> {
  return load.kind === 'calls' ? callAll(load) : register(load, clock)
}

async function callAll(load: CallLoad): Promise<LoadResult> {
  const wire = await openWire(0, load.lossPerMille)
  const farWire = await openWire(load.calleePort, load.lossPerMille)
  const calls = new Map<string, Call>()
  const byDialled = new Map<string, Call>()
  const failures: Record<string, number> = {}
  const [setups, lateness]: [number[], number[]] = [[], []]
  const counts = { begun: 0, completed: 0, urgentBegun: 0, urgentCompleted: 0, lostByes: 0, retransmissions: 0 }
  const onRetransmission = (): void => void (counts.retransmissions += 1)
  takeCalls({
    wire: farWire,
    clock,
    ringMs: load.ringMs,
    onRetransmission,
    onInvite(dialled) {
      const call = byDialled.get(dialled.replace('%2B', '').replace('+', ''))
      if (call && !call.isEmergency) setups.push(clock.monotonic() - call.invitedAt)
    },
  })
  const caller = placeCalls({
    wire,
    clock,
    load,
    onRetransmission,
    onDone(call, failure) {
      byDialled.delete(call.dialled)
      clock.after(AFTERMATH_MS, () => void calls.delete(call.id))
      if (failure === 'lost_bye') counts.lostByes += 1
      if (failure === undefined) counts.completed += 1
      else failures[failure] = (failures[failure] ?? 0) + 1
      if (failure === undefined && call.isEmergency) counts.urgentCompleted += 1
    },
  })
  wire.onText((text) => {
    const status = statusOf(text)
    const call = calls.get(headerOf(text, 'Call-ID'))
    if (status !== undefined && call) caller.take(call, text, status)
    // A call that the other side ends: answered, so that it is not asked again.
    else if (text.startsWith('BYE ')) wire.send(byeAnswer(text), load.target.host, load.target.port)
  })
  const total = Math.round(load.ratePerSecond * load.seconds)
  const run = `${process.pid}x${Math.round(clock.now())}`
  await onSchedule(clock, total, load.ratePerSecond, (index, lateMs) => {
    lateness.push(lateMs)
    const { user, password } = load.callers[index % load.callers.length]!
    const isEmergency = load.emergencyEvery > 0 && index % load.emergencyEvery === load.emergencyEvery - 1
    const dialled = isEmergency ? '911' : `${load.prefix}${String(index % 10_000_000).padStart(7, '0')}`
    const id = `${index}l${run}`
    const call: Call = {
      id,
      index,
      dialled,
      isEmergency,
      user,
      password,
      cseq: 0,
      state: 'inviting',
      request: '',
      ack: '',
      invitedAt: 0,
    }
    calls.set(id, call)
    if (!isEmergency) byDialled.set(dialled, call)
    counts.begun += 1
    if (isEmergency) counts.urgentBegun += 1
    caller.begin(call)
  })
  await new Promise((resolve) => void clock.after(load.holdMs + load.ringMs + AFTERMATH_MS, () => resolve(undefined)))
  await Promise.all([wire.close(), farWire.close()])
  const { begun, completed, lostByes, retransmissions } = counts
  return {
    begun,
    completed,
    failed: begun - completed,
    failures,
    emergencies: { begun: counts.urgentBegun, completed: counts.urgentCompleted },
    lostByes,
    retransmissions,
    setupMs: quantilesOf(setups),
    latenessMs: quantilesOf(lateness),
    seconds: load.seconds,
  }
}

function byeAnswer(text: string): string {
  const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(text, name)}\r\n`)
  return `SIP/2.0 200 OK\r\n${copied.join('')}Content-Length: 0\r\n\r\n`
}

process.stdout.write(`${JSON.stringify(await generate(JSON.parse(process.argv[2]!) as Load))}\n`)
