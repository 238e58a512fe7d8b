/** What a call costs: rate rows, the table that finds them, prices, and why. Pure: no sockets, clocks or queries. */
export { intervals, rateClasses, rateDirections, toMicros } from './rate-row.ts'
export type { Interval, RateClass, RateDirection, RateRow, Rounding } from './rate-row.ts'
export { periodAt, plainTariff, rowInForce, type Period, type PeriodWindow, type Tariff } from './tariff.ts'
export {
  compileRateTable,
  doOverlap,
  isRateDirection,
  startRateTable,
  type RateTable,
  type RateTableBuilder,
} from './rate-table.ts'
export { durationSeconds, priceCall, type Price } from './price-call.ts'
export { affordableSeconds, wholeBlocks } from './affordable.ts'
export { explainCall } from './explain.ts'
export { countChanges, isInGroup } from './plan-terms.ts'
export type {
  Counter,
  CounterChange,
  DestinationGroup,
  Discount,
  PlanTerms,
  Quota,
  Renewal,
  Tier,
  VolumeUnit,
} from './plan-terms.ts'
export { openCounters } from './plan-periods.ts'
export { rateCall } from './rate-call.ts'
export type { CallCharge, ChargeComponent, ComponentKind, RatedCall, RatingTerms } from './rate-call.ts'
export { affordableCall } from './affordable-call.ts'
export { isPlain, type CallRates } from './usage.ts'
export { explainCharge } from './explain-charge.ts'
