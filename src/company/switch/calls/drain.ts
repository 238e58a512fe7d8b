/** The ordered end of a switch: ordinary calls end at once, emergencies when they are over. */

import type { Clock } from '../../../base/index.ts'
import type { SipLegs } from '../../../network/sip/index.ts'
import type { Call, Hangup } from './call.ts'
import type { Executor } from './executor.ts'
import type { SwitchParts } from '../switch-parts.ts'

/** How long peers may take to confirm their BYE when we stop. */
const GOODBYE_MS = 2000

/** A phone that rings for longer than this hears the end of its call when `signal` is restarted. */
const SETUP_MS = 10_000

const LOOK_MS = 20

/** An unanswered caller is told 503, an answered one gets a BYE. */
export function systemEnd(cause: string, reason: string): Hangup {
  return { cause, status: 503, reason, by: 'system' }
}

/**
 * Ends every ordinary call at this instant, waits for emergencies, says `onLast` when not even they are
 * admitted any more, and returns when all peers were told and the records are on disk.
 */
export async function drain(
  { clock, log, emergencyDrainMs }: Pick<SwitchParts, 'clock' | 'log' | 'emergencyDrainMs'>,
  { sip, executor, onLast }: { readonly sip: SipLegs; readonly executor: Executor; onLast(): void },
): Promise<void> {
  const emergencies = (): readonly Call[] => executor.calls().filter((call) => call.route.kind === 'emergency')
  for (const call of executor.calls()) {
    if (call.route.kind !== 'emergency') executor.endCall(call.id, systemEnd('shutdown', 'Service Restarting'))
  }
  if (emergencies().length > 0) log.warn('stopping waits for emergency calls', { calls: emergencies().length })
  await until(clock, emergencyDrainMs, () => emergencies().length === 0)
  onLast()
  for (const call of executor.calls()) executor.endCall(call.id, systemEnd('shutdown', 'Service Restarting'))
  await until(clock, GOODBYE_MS, () => sip.size() === 0)
  await executor.idle()
}

/**
 * Before a restart: waits until no call is being set up, those that take too long are ended; emergencies are waited for
 * longer. Conversations are left as they are, for the next process carries them on.
 */
export async function untilSetUp(
  { clock, emergencyDrainMs }: Pick<SwitchParts, 'clock' | 'emergencyDrainMs'>,
  { executor, onLast }: { readonly executor: Executor; onLast(): void },
): Promise<void> {
  const early = (): readonly Call[] => executor.calls().filter((call) => call.state !== 'talking')
  await until(clock, SETUP_MS, () => early().length === 0)
  for (const call of early()) {
    if (call.route.kind !== 'emergency') executor.endCall(call.id, systemEnd('shutdown', 'Service Restarting'))
  }
  await until(clock, emergencyDrainMs, () => early().length === 0)
  onLast()
  for (const call of early()) executor.endCall(call.id, systemEnd('shutdown', 'Service Restarting'))
  executor.leave()
  await executor.idle()
}

async function until(clock: Clock, limitMs: number, holds: () => boolean): Promise<void> {
  const deadline = clock.monotonic() + limitMs
  while (!holds() && clock.monotonic() < deadline) {
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve))
  }
}
