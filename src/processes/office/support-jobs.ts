/** The jobs of the support desk, with what they need of the other processes. */

import type { Clock, Log } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { JobHandling } from '../../platform/jobs/index.ts'
import { findOutHandling, pagingHandlings, sweepHandling, tellHandling } from '../../company/support/index.ts'
import { flushTrace } from '../../company/switch/index.ts'
import type { Brands } from './brands.ts'
import { toldByMail } from './support-mail.ts'
import { pageByMail } from './support-parts.ts'

const PATIENCE_MS = 500

export type SupportJobsParts = {
  readonly db: Db
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly traceFolder: string
  readonly brands: Brands
}

/** Clocks that are swept, samples that are looked into, pages that go out. */
export function supportJobs({ db, bus, clock, log, traceFolder, brands }: SupportJobsParts): readonly JobHandling[] {
  return [
    sweepHandling({ db, clock, log }),
    ...pagingHandlings({ db, clock, sendPage: pageByMail({ clock, brands }) }),
    tellHandling({ db, clock, sendTold: toldByMail({ clock, brands }) }),
    findOutHandling({
      db,
      clock,
      log,
      traceFolder,
      // Without `signal` what it wrote is still there.
      async flushTrace() {
        await bus.request('signal', flushTrace, {}, { timeoutMs: PATIENCE_MS })
      },
    }),
  ]
}
