/** Floor 0: what every other module may rely on; knows nothing about telephony or accounts. */
export { assert, assertNever, AssertionFailure } from './assert.ts'
export { FailureError, fail, messageOf, ok, type Failure, type Result } from './errors.ts'
export {
  epochMsToLocal,
  isoInstant,
  isZone,
  localToEpochMs,
  steadyClock,
  systemClock,
  virtualClock,
  type Clock,
  type Timer,
  type VirtualClock,
} from './clock.ts'
export { isId, newId, newToken, secureRandom, seededRandom, toHex, type RandomBytes } from './ids.ts'
export {
  divideRounded,
  formatDecimal,
  formatMicros,
  formatNanos,
  parseDecimal,
  parseMicros,
  parseNanos,
  type Currency,
  type Micros,
  type Nanos,
  type RoundingMode,
} from './money.ts'
export { dialledDigits, formatNumber, isEmergency, nanp, toE164, type DialPlan, type E164 } from './e164.ts'
export { defaultDataFolder, parseEndpoint, readConfig, type Config, type Endpoint } from './config.ts'
export { createLog, silentLog, type Log, type LogAttributes, type LogLevel } from './log.ts'
export { createMetrics, type Counter, type Gauge, type Histogram, type Labels, type Metrics } from './metrics.ts'
export { csvLine, parseCsv, type CsvLimits } from './csv.ts'
