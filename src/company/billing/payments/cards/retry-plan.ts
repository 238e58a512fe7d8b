/**
 * When a card that was refused is tried again: "invoice day, +1, +3, +5, +7 (5 attempts), each at local morning; stop
 * at a hard decline". The days count from the first attempt that failed. Under the caps of the networks.
 */

import { localToEpochMs } from '../../../../base/index.ts'
import type { CardBrand } from './gateway.ts'

const RETRY_DAYS = [1, 3, 5, 7]
const MORNING = '09:00:00'

/** Automatic attempts of one invoice with one card. */
export const ATTEMPTS_MAX = RETRY_DAYS.length + 1

/** `YYYY-MM-DD` and instant of the attempt after `attempts` that failed; undefined when there is none. */
export function nextAttempt(
  firstFailedAt: number,
  attempts: number,
  zone: string,
): { readonly on: string; readonly at: number } | undefined {
  const days = RETRY_DAYS[attempts - 1]
  if (days === undefined) return undefined
  const first = Temporal.Instant.fromEpochMilliseconds(firstFailedAt).toZonedDateTimeISO(zone).toPlainDate()
  const on = first.add({ days }).toString()
  return { on, at: localToEpochMs(`${on}T${MORNING}`, zone)! }
}

type Cap = { readonly attempts: number; readonly withinMs: number }

const DAY_MS = 86_400_000
/** Of a month for Visa (15, the stricter of its figures), of a day and a month for Mastercard. */
const caps: Readonly<Partial<Record<CardBrand, readonly Cap[]>>> = {
  visa: [{ attempts: 15, withinMs: 30 * DAY_MS }],
  visa_debit: [{ attempts: 15, withinMs: 30 * DAY_MS }],
  mastercard: [
    { attempts: 10, withinMs: DAY_MS },
    { attempts: 35, withinMs: 30 * DAY_MS },
  ],
}
const usual: readonly Cap[] = [{ attempts: 15, withinMs: 30 * DAY_MS }]

/** Whether one more attempt with a card stays under its network's caps. */
export function isWithinCaps(brand: CardBrand, attemptsAt: readonly number[], now: number): boolean {
  return (caps[brand] ?? usual).every(
    ({ attempts, withinMs }) => attemptsAt.filter((at) => at > now - withinMs).length < attempts,
  )
}
