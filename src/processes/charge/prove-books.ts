/** The books proved again from every row: each night, and whenever somebody asks. On a connection of its own. */

import { messageOf, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import { checkLedger, type LedgerFault } from '../../company/ledger/index.ts'
import { openDb } from '../../platform/db/index.ts'

export type BookProver = {
  prove(): Promise<readonly LedgerFault[]>
  /** What the last proof found wrong, for whoever looks at the processes. */
  notes(): readonly string[]
  close(): Promise<void>
}

const HOUR_MS = 3_600_000
/** 07:00 UTC: the small hours of North America. */
const HOUR = 7

/** Opens the connection when it is first needed, and looks at the clock every hour. */
export async function startProving(parts: {
  readonly url: string
  readonly clock: Clock
  readonly log: Log
}): Promise<Result<BookProver>> {
  const { url, clock, log } = parts
  // It reads everything, however long that takes; nobody's call waits for it.
  const opened = await openDb({ url, role: 'charge', clock, log, max: 1, connect: 'later', statementTimeoutMs: 0 })
  if (!opened.ok) return opened
  const db = opened.value
  let found: readonly LedgerFault[] = []
  const prove = async (): Promise<readonly LedgerFault[]> => {
    found = await db.asService(checkLedger)
    if (found.length > 0) log.error('the books are not right', { faults: found })
    return found
  }
  const timer = clock.every(HOUR_MS, () => {
    if (Math.floor(clock.now() / HOUR_MS) % 24 !== HOUR) return
    prove().then(
      (faults) => log.info('the books were proved', { faults: faults.length }),
      (error: unknown) => log.warn('the books could not be proved this night', { error: messageOf(error) }),
    )
  })
  return ok({
    prove,
    notes: () => found.map(({ rule, count }) => `the books are not right: ${rule} (${count} times not)`),
    async close() {
      timer.stop()
      await db.close()
    },
  })
}
