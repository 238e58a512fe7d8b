/** Removes what nobody needs any more, once an hour: ended sessions, kept answers, done jobs, events handed on. */

import type { Clock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { forgetAnswers } from '../../platform/http/index.ts'
import { forgetSessions } from '../../platform/identity/index.ts'
import {
  forgetDoneJobs,
  forgetPublishedEvents,
  handling,
  jobKind,
  schedule,
  type JobHandling,
  type Schedule,
} from '../../platform/jobs/index.ts'

const DAY_MS = 86_400_000
const JOBS_KEPT_MS = 14 * DAY_MS
const EVENTS_KEPT_MS = 7 * DAY_MS

const forgetting = jobKind<Record<string, never>>('office.forget', { attempts: 3, timeLimitMs: 300_000 })

/** The schedule of the provider that does it. */
export function forgettingSchedule(tenantId: string): Schedule {
  return schedule('forget', { everySeconds: 3600 }, forgetting, { tenantId, payload: {} })
}

/** Each kind of row in a transaction of its own: one that takes long keeps none of the others. */
export function forgettingHandling({ db, clock }: { readonly db: Db; readonly clock: Clock }): JobHandling {
  return handling(forgetting, async () => {
    const at = clock.now()
    await db.asService((tx) => forgetSessions(tx, at))
    await db.asService((tx) => forgetAnswers(tx, at))
    await db.asService((tx) => forgetDoneJobs(tx, at - JOBS_KEPT_MS))
    await db.asService((tx) => forgetPublishedEvents(tx, at - EVENTS_KEPT_MS))
  })
}
