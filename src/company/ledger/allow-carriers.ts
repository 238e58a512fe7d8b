/**
 * Which carriers may carry a leg: "routes that would sell below cost are flagged, and refused or allowed by the
 * brand's policy (default: refused outside emergency, with an alarm)". Emergency calls never come here. Pure.
 */

import { ok, type Currency, type Nanos, type Result } from '../../base/index.ts'
import { priceCall, type RateRow } from '../rating/index.ts'
import type { CarrierTerms } from './carrier-terms.ts'
import type { Quote } from './reservation.ts'
import type { AllowedCarrier, Grant, ReserveFailure, ReserveRequest } from './protocol.ts'

/** The ordinary call by which price and cost are compared: three minutes, so that fees and blocks count. */
const COMPARED_SECONDS = 180

/** A row that is sold for less than its carrier asks. */
export type BelowCost = {
  readonly tenantId: string
  readonly carrierId: string
  readonly carrierName: string
  readonly quote: Quote
  readonly costVersionId: string
  readonly costPrefix: string
  readonly currency: Currency
  readonly priceNanos: Nanos
  readonly costNanos: Nanos
  readonly refused: boolean
}

export type CarrierRoutes = {
  /** False when every carrier that was named is refused. */
  readonly ok: boolean
  readonly carriers: readonly AllowedCarrier[] | undefined
  readonly below: readonly BelowCost[]
}

/** Where terms come from: the ledger's memory. */
export type CostSource = {
  carrier(carrierId: string): CarrierTerms | undefined
  quote(deckId: string, direction: 'outbound' | 'inbound', number: string, at: number): Quote | undefined
}

/** What a minute of the compared call costs by a row. */
function nanosPerMinute(row: RateRow): Nanos {
  return (priceCall(row, COMPARED_SECONDS).chargeMicros * 60_000n) / BigInt(COMPARED_SECONDS)
}

/**
 * Sorts out the carriers of a request. A carrier whose cost is not known, or is in another currency than the price,
 * passes; one whose deck has no price for the number, or blocks it, does not carry it.
 */
export function allowCarriers(
  source: CostSource,
  { carrierIds, direction, destination, at }: ReserveRequest,
  sold: { readonly quote: Quote; readonly currency: Currency } | undefined,
): CarrierRoutes {
  if (!carrierIds || carrierIds.length === 0 || !sold) return { ok: true, carriers: undefined, below: [] }
  const allowed: AllowedCarrier[] = []
  const below: BelowCost[] = []
  const priceNanos = nanosPerMinute(sold.quote.row)
  for (const carrierId of carrierIds) {
    const carrier = source.carrier(carrierId)
    if (!carrier?.deckId || !carrier.currency) {
      allowed.push({ carrierId, costNanosPerMinute: 0n })
      continue
    }
    const cost = source.quote(carrier.deckId, direction === 'inbound' ? 'inbound' : 'outbound', destination, at)
    if (!cost || cost.row.blocked) continue
    const costNanos = nanosPerMinute(cost.row)
    const isBelow = carrier.currency === sold.currency && priceNanos < costNanos
    if (isBelow) below.push(belowCostOf(carrier, sold.quote, cost, { priceNanos, costNanos }))
    if (!isBelow || carrier.belowCost === 'allow') allowed.push({ carrierId, costNanosPerMinute: costNanos })
  }
  return { ok: allowed.length > 0, carriers: allowed, below }
}

function belowCostOf(
  carrier: CarrierTerms,
  quote: Quote,
  cost: Quote,
  nanos: { readonly priceNanos: Nanos; readonly costNanos: Nanos },
): BelowCost {
  const { tenantId, carrierId, name, currency } = carrier
  const refused = carrier.belowCost === 'refuse'
  const source = { costVersionId: cost.versionId, costPrefix: cost.row.prefix }
  return { tenantId, carrierId, carrierName: name, quote, ...source, ...nanos, currency: currency!, refused }
}

/** The grant with the carriers that may be tried. */
export function withCarriers(
  granted: Result<Grant, ReserveFailure>,
  carriers: readonly AllowedCarrier[] | undefined,
): Result<Grant, ReserveFailure> {
  return granted.ok && carriers ? ok({ ...granted.value, carriers }) : granted
}
