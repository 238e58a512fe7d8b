/** The computation of a charge under a plan, part by part, in sentences. */

import { formatMicros, formatNanos, type Currency } from '../../base/index.ts'
import { blocksText, percentText, rowText } from './explain.ts'
import type { PlanTerms } from './plan-terms.ts'
import type { CallCharge, ChargeComponent, RatedCall, RatingTerms } from './rate-call.ts'

/** Plain sentences for a rated call; deterministic, without personal data. */
export function explainCharge(
  charge: CallCharge,
  terms: RatingTerms,
  call: RatedCall,
  currency: Currency,
): readonly string[] {
  const { row, components } = charge
  const { rounding } = terms.rates.tariff
  const lines = [rowText(row)]
  const total = `charge: ${formatMicros(charge.chargeMicros)} ${currency}`
  if (charge.reason === 'grace') {
    return [...lines, `${call.seconds} s is within the ${row.graceSeconds} s that are free`, total]
  }
  lines.push(`${call.seconds} s of conversation, counted ${blocksText(row)}`)
  const names = new Map<string, string>(namesOf(terms.plan))
  for (const part of components) lines.push(componentText(part, names))
  if (charge.reason === 'quota') return [...lines, 'the plan covers the whole call', total]
  if (charge.reason === 'free_seconds' && charge.chargeMicros === 0n) return [...lines, total]
  return [...lines, `rounded once (${rounding.mode}, ${rounding.digits} decimals)`, total]
}

function namesOf(plan: PlanTerms | undefined): [string, string][] {
  return [...(plan?.quotas ?? []), ...(plan?.discounts ?? [])].map(({ id, name }) => [id, name])
}

function componentText(part: ChargeComponent, names: ReadonlyMap<string, string>): string {
  const amount = formatMicros(part.amountMicros)
  const item = names.get(part.itemId ?? '') ?? 'plan'
  const span = `${part.seconds} s from second ${part.fromSecond}`
  switch (part.kind) {
    case 'free':
      return `free seconds: ${part.seconds} s: ${amount}`
    case 'quota':
      return `${span} taken from the quota "${item}": ${amount}`
    case 'connect':
      return `connect fee: ${amount}`
    case 'usage': {
      const period = part.period === undefined ? '' : ` (${part.period})`
      const off = part.discountPpm ? `, less ${percentText(part.discountPpm)} by "${item}"` : ''
      return `${span} at ${formatNanos(part.priceNanos ?? 0n)} a minute${period}${off}: ${amount}`
    }
    case 'surcharge':
      return `surcharge: ${amount}`
    case 'minimum':
      return `up to the minimum: ${amount}`
    case 'money_quota':
      return `paid from the quota "${item}": ${amount}`
  }
}
