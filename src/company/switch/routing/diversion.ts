/**
 * From whom a call went on, as networks tell each other: Diversion (RFC 5806) and History-Info (RFC 7044), each read
 * and both written, translated into each other as RFC 7544 §4 says. Only a carrier is believed.
 */

import {
  findParameter,
  parseNameAddr,
  quotedDisplayName,
  splitList,
  uriParameter,
  writeSipUri,
  type Headers,
  type SipMessage,
} from '../../../network/sip/index.ts'
import type { Diversion, DiversionReason } from '../calls/call.ts'

/** More names than that are no history but an attack. */
const ENTRIES_MAX = 20
const COUNTER_MAX = 100

const causes: Readonly<Record<DiversionReason, string>> = {
  unconditional: '302',
  'user-busy': '486',
  'no-answer': '408',
  deflection: '480',
  unavailable: '503',
  unknown: '404',
}

function reasonOfCause(cause: string | undefined): DiversionReason {
  const found = Object.entries(causes).find(([, one]) => one === cause)
  return found ? (found[0] as DiversionReason) : 'unknown'
}

function isReason(text: string): text is DiversionReason {
  return Object.hasOwn(causes, text)
}

/** What a carrier's INVITE tells of the way its call took; History-Info counts where there is no Diversion. */
export function readDiversions(request: SipMessage): readonly Diversion[] {
  const listed = itemsOf(request, 'Diversion')
  // The last one who sent the call on stands first (RFC 5806 §5).
  if (listed.length > 0)
    return listed
      .map(readDiversion)
      .filter((one) => one !== undefined)
      .toReversed()
  return readHistory(itemsOf(request, 'History-Info'))
}

function itemsOf(request: SipMessage, name: string): string[] {
  return request.headers(name).flatMap(splitList).slice(0, ENTRIES_MAX)
}

function readDiversion(item: string): Diversion | undefined {
  const named = parseNameAddr(item)
  if (!named) return undefined
  const reason = findParameter(named.params, 'reason')?.replaceAll('"', '').toLowerCase() ?? ''
  const counter = Number(findParameter(named.params, 'counter') ?? '1')
  return {
    number: named.uri.user,
    name: named.displayName,
    reason: isReason(reason) ? reason : 'unknown',
    counter: Number.isInteger(counter) && counter >= 1 ? Math.min(counter, COUNTER_MAX) : 1,
    extensionId: undefined,
  }
}

/** Whoever stands before an entry with a cause sent the call on to it (RFC 7544 §4.2, RFC 4458). */
function readHistory(items: readonly string[]): readonly Diversion[] {
  const entries = items.map(parseNameAddr)
  const diversions: Diversion[] = []
  for (const [at, entry] of entries.entries()) {
    const cause = entry && uriParameter(entry.uri, 'cause')
    const before = entries[at - 1]
    if (cause === undefined || !before) continue
    const { displayName: name, uri } = before
    diversions.push({ number: uri.user, name, reason: reasonOfCause(cause), counter: 1, extensionId: undefined })
  }
  return diversions
}

/** Both headers for the next side; nothing for a call that comes straight. */
export function diversionHeaders(
  diversions: readonly Diversion[],
  { host, target }: { readonly host: string; readonly target: string },
): Headers {
  if (diversions.length === 0) return []
  const lines = diversions.toReversed().map(({ number, name, reason, counter }): [string, string] => {
    const address = `${quotedDisplayName(name)}<${writeSipUri({ user: number, host })}>`
    return ['Diversion', `${address};reason=${reason};counter=${counter}`]
  })
  return [...lines, ['History-Info', historyOf(diversions, { host, target })]]
}

function historyOf(diversions: readonly Diversion[], to: { readonly host: string; readonly target: string }): string {
  const users = [...diversions.map((one) => one.number), to.target]
  let index = '1'
  return users
    .map((user, at) => {
      const reason = diversions[at - 1]?.reason
      const params = reason === undefined ? '' : `;cause=${causes[reason]}`
      const mapped = at === 0 ? '' : `;mp=${index}`
      if (at > 0) index += '.1'
      return `<${writeSipUri({ user, host: to.host, params })}>;index=${index}${mapped}`
    })
    .join(', ')
}
