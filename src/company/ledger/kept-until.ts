/** Up to when details of calls may be forgotten: never before the invoice that bills them is out. Pure. */

const DAY_MS = 86_400_000

/** What holds where no brand above a customer said otherwise: toll records for eighteen months, ladders three days. */
export const defaultRetention = { callDays: 550, ladderDays: 3 } as const

/**
 * The instant before which calls are due: `callDays` ago, and never within an open period. A month of the customer's
 * zone is open until the next one is over: its invoice is issued, looked at and disputed meanwhile.
 */
export function forgottenBefore(asked: {
  readonly at: number
  readonly zone: string
  readonly callDays: number
}): number {
  const { at, zone, callDays } = asked
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  const openFrom = today.with({ day: 1 }).subtract({ months: 1 }).toZonedDateTime(zone).epochMilliseconds
  return Math.min(at - callDays * DAY_MS, openFrom)
}
