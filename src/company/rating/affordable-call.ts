/** How long a call may last on some money and what its plan has left: exact, and never less for more. */

import type { Micros } from '../../base/index.ts'
import { longestSeconds } from './affordable.ts'
import type { Counter } from './plan-terms.ts'
import { rateCall, type RatedCall, type RatingTerms } from './rate-call.ts'

/**
 * The longest duration, at most `secondsMax`, whose charge does not exceed `amount` and which no used up quota
 * blocks. Money and quota together: what quotas pay for takes nothing of the amount.
 */
export function affordableCall(
  terms: RatingTerms,
  counters: readonly Counter[],
  call: Omit<RatedCall, 'seconds'>,
  { amount, secondsMax }: { readonly amount: Micros; readonly secondsMax: number },
): number {
  if (amount < 0n || secondsMax <= 0) return 0
  return longestSeconds(secondsMax, (seconds) => {
    const rated = rateCall(terms, counters, { ...call, seconds })
    return rated !== undefined && rated.chargeMicros <= amount && !rated.exceedsQuota
  })
}
