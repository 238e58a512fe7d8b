/** The emergency centre outside: answers 911 at once, and notes under which number the caller can be called back. */

import { isoInstant, ok, type Result } from '../../base/index.ts'
import { parseNameAddr, parseUri, type SipMessage } from '../../network/sip/index.ts'
import type { SocketAddress, TransportFailure } from '../../network/transport/index.ts'
import { openSwitchboard, type ActorParts } from './switchboard.ts'

export type EmergencyReport = {
  readonly at: string
  /** What was dialled: 911, 933 or 988. */
  readonly dialled: string
  readonly callback: string
  readonly callerName: string
}

export type EmergencyCentre = {
  readonly local: SocketAddress
  /** The last calls, the newest first. */
  reports(): readonly EmergencyReport[]
  callsNow(): number
  close(): Promise<void>
}

const REPORTS_MAX = 50

function reportOf(request: SipMessage, at: string): EmergencyReport {
  const asserted = parseNameAddr(request.header('P-Asserted-Identity') ?? '')
  const caller = asserted ?? request.from
  return {
    at,
    dialled: parseUri(request.uri)?.user ?? '',
    callback: caller?.uri.user ?? '',
    callerName: caller?.displayName ?? '',
  }
}

/** Opens the centre on its port. */
export async function openEmergencyCentre(
  options: ActorParts & { readonly listen: SocketAddress },
): Promise<Result<EmergencyCentre, TransportFailure>> {
  const reports: EmergencyReport[] = []
  const opened = await openSwitchboard({
    ...options,
    product: 'Emergency centre',
    admit: () => 'accept',
    behave(request) {
      reports.unshift(reportOf(request, isoInstant(options.clock.now())))
      reports.length = Math.min(reports.length, REPORTS_MAX)
      return { ringMs: 0, isEarly: false, outcome: { kind: 'answer' }, tone: '911' }
    },
  })
  if (!opened.ok) return opened
  const board = opened.value
  return ok({ local: board.local, reports: () => [...reports], callsNow: () => board.size(), close: board.close })
}
