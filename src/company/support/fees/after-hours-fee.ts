/**
 * "after hours support rate of $125 per hour, billed in one-hour increments, for time spent working on the incident".
 */

import type { Micros } from '../../../base/index.ts'

export type Fault = 'provider' | 'carrier' | 'customer' | 'third_party'

const HOUR_SECONDS = 3600

/**
 * The fee of one incident: its after-hours work summed and rounded up once to whole hours; zero "for issues related to"
 * our systems or carriers, and as long as nobody has said whose fault it was.
 */
export function afterHoursFee(seconds: number, fault: Fault | null, hourMicros: Micros): Micros {
  if (fault !== 'customer' && fault !== 'third_party') return 0n
  return BigInt(Math.ceil(seconds / HOUR_SECONDS)) * hourMicros
}
