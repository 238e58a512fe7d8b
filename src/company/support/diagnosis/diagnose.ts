/** Names the likely causes of what went wrong with a call, from what is known of it; invents none. */

import { epochMsToLocal } from '../../../base/index.ts'
import { readMessage, type CallFacts, type Evidence, type LegMedia, type SeenMessage } from './evidence.ts'
import type { Cause, Finding, Rule } from './finding.ts'
import { lossRule, mediaTimeoutRule, silentSideRule } from './media-rules.ts'
import { nobodyRule, recordRule } from './record-rules.ts'
import {
  carrierPasswordRule,
  codecRule,
  holdRule,
  keysRule,
  lostPeerRule,
  passwordRule,
  refusalRule,
  silenceRule,
  slowRule,
  unregisteredRule,
} from './signalling-rules.ts'

/** In the order in which their causes are named. */
const rules: readonly Rule[] = [
  recordRule,
  passwordRule,
  carrierPasswordRule,
  codecRule,
  refusalRule,
  silenceRule,
  unregisteredRule,
  silentSideRule,
  mediaTimeoutRule,
  lossRule,
  holdRule,
  lostPeerRule,
  keysRule,
  slowRule,
]

export type Known = {
  readonly call: CallFacts
  readonly messages: readonly SeenMessage[]
  readonly media: readonly LegMedia[]
}

/** The finding about one call. */
export function diagnose({ call, messages, media }: Known): Finding {
  const evidence: Evidence = { call, messages: messages.map(readMessage), media }
  const causes: Cause[] = []
  for (const rule of rules) {
    for (const cause of [rule(evidence) ?? []].flat()) {
      if (!causes.some(({ code }) => code === cause.code)) causes.push(cause)
    }
  }
  // That nobody took it is the answer only where nothing else is.
  if (causes.length === 0) causes.push(...[nobodyRule(evidence) ?? []].flat())
  return { causes, unknown: unknownOf(evidence), facts: factsOf(evidence) }
}

function unknownOf({ call, messages, media }: Evidence): string[] {
  return [
    ...(messages.length === 0 ? ['The SIP messages of this call are not kept any more.'] : []),
    ...(call.answeredAt !== null && media.length === 0 ? ['The audio of this call was not counted.'] : []),
    ...(call.estimated ? ['The end of this call is an estimate.'] : []),
  ]
}

function factsOf({ call, messages, media }: Evidence): string[] {
  const talkedMs = call.answeredAt === null ? 0 : call.endedAt - call.answeredAt
  return [
    `${epochMsToLocal(call.startedAt, 'UTC')} UTC, ${call.direction}, ${call.class}`,
    call.answeredAt === null ? `not answered, SIP ${call.sipStatus}` : `answered, ${Math.round(talkedMs / 1000)} s`,
    `${messages.length} SIP messages`,
    ...media.map(
      ({ legId, packetsIn, lost, jitterMs }) =>
        `${legId}: ${packetsIn} packets in, ${lost} lost, jitter ${Math.round(jitterMs)} ms`,
    ),
  ]
}
