/** Sums finished days of calls, so that the totals of a long range are read and not counted. */

import type { Db } from '../../platform/db/index.ts'
import { handling, jobKind, schedule, type JobHandling, type Schedule } from '../../platform/jobs/index.ts'

const summingDays = jobKind<Record<string, never>>('ledger.sum-days', { attempts: 5, timeLimitMs: 3_600_000 })

/** Every hour: most find nothing to do. */
export function sumDaysSchedule(tenantId: string): Schedule {
  return schedule('sum-days', { everySeconds: 3600 }, summingDays, { tenantId, payload: {} })
}

/** The job: one day after the other, each in a transaction of its own. */
export function sumDaysHandling({ db }: { readonly db: Db }): JobHandling {
  return handling(summingDays, async (_, { signal }) => {
    while (!signal.aborted && (await sumNextDay(db))) continue
  })
}

/** Sums the next day that is complete; false when there is none. */
export async function sumNextDay(db: Db): Promise<boolean> {
  const [row] = await db.asService((tx) => tx<{ day: unknown }[]>`select dialhouse_sum_next_day() as day`)
  return row !== undefined && row.day !== null
}
