/**
 * What happens to paid calls while charging does not answer: "domestic CONTINUE under an offline cap per account,
 * international and premium TERMINATE, emergency always CONTINUE" (an emergency asks nobody). What was carried so is
 * charged when its record is settled; until then it counts towards the cap, so that an account never owes more unseen.
 */

import { ok, type E164 } from '../../base/index.ts'
import type { Grant } from '../../company/ledger/index.ts'
import type { BusCharging } from './bus-charging.ts'

/** Talking time of one account that may be unsettled at once; part of docs/loss-bound.md. */
export const OFFLINE_SECONDS = 600
/** One call gets at most half of it. */
const CALL_SECONDS = 300
const LEAST_SECONDS = 60

/** "+1 is not one country": islands, and numbers that cost more, share the code of North America. */
const abroad = new Set(
  (
    '242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 767 784 787 809 829 849 868 869 876 900 939 ' +
    '976'
  ).split(' '),
)

/** Whether a number surely costs no more than a domestic call, judged without a deck. */
export function isHome(destination: E164): boolean {
  return /^\+1[2-9]\d{9}$/.test(destination) && !abroad.has(destination.slice(2, 5))
}

/** Charging with that policy in front of it. */
export function withOfflinePolicy(charging: BusCharging): BusCharging {
  /** Seconds that were granted without charging, by account and record. */
  const held = new Map<string, Map<string, number>>()
  const accounts = new Map<string, string>()

  const grantOffline = (accountId: string, cdrId: string): Grant | undefined => {
    const own = held.get(accountId) ?? new Map<string, number>()
    const left = OFFLINE_SECONDS - own.values().reduce((sum, seconds) => sum + seconds, 0)
    if (left < LEAST_SECONDS) return undefined
    const grantedSeconds = Math.min(CALL_SECONDS, left)
    held.set(accountId, own.set(cdrId, grantedSeconds))
    accounts.set(cdrId, accountId)
    const nobody = { reservedMicros: 0n, currency: 'XXX', prefix: '', destinationName: '' } as const
    return { ...nobody, grantedSeconds, final: true, class: 'domestic' }
  }
  const settled = (cdrId: string): void => {
    const accountId = accounts.get(cdrId)
    if (accountId === undefined) return
    accounts.delete(cdrId)
    const own = held.get(accountId)
    own?.delete(cdrId)
    if (own?.size === 0) held.delete(accountId)
  }
  return {
    ...charging,
    async reserve(request) {
      const answer = await charging.reserve(request)
      if (answer.ok || answer.failure.code !== 'ledger.unavailable') return answer
      if (request.direction !== 'outbound' || !isHome(request.destination)) return answer
      const grant = grantOffline(request.accountId, request.cdrId)
      return grant ? ok(grant) : answer
    },
    confirm(cdrId, answeredAt) {
      return accounts.has(cdrId) ? Promise.resolve(ok(true)) : charging.confirm(cdrId, answeredAt)
    },
    async settle(records) {
      const answer = await charging.settle(records)
      if (answer.ok) for (const id of answer.value) settled(id)
      return answer
    },
  }
}
