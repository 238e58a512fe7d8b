/** What a call costs: rate rows, the table that finds them, prices, and why. Pure: no sockets, clocks or queries. */
export { rateClasses, rateDirections, toMicros } from './rate-row.ts'
export type { RateClass, RateDirection, RateRow, Rounding } from './rate-row.ts'
export {
  compileRateTable,
  isRateDirection,
  startRateTable,
  type RateTable,
  type RateTableBuilder,
} from './rate-table.ts'
export { durationSeconds, priceCall, type Price } from './price-call.ts'
export { affordableSeconds, wholeBlocks } from './affordable.ts'
export { explainCall } from './explain.ts'
