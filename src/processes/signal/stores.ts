/** What `signal` keeps on disk and in the database: spool, known sources, registrations, directory. */

import { join } from 'node:path'
import { ok, type Result } from '../../base/index.ts'
import {
  keepDirectory,
  keepRegistrations,
  openJournal,
  openSubscriptions,
  openSpool,
  startSettling,
  type Directory,
  type DirectoryKeeper,
  type Journal,
  type KnownSources,
  type RegistrationKeeper,
  type Spool,
  type SpoolSettler,
  type SubscriptionBook,
} from '../../company/switch/index.ts'
import { openDb } from '../../platform/db/index.ts'
import { evidenceFolder, noteEvidence, type CdrRecord } from '../../company/ledger/index.ts'
import type { ProcessParts } from '../parts.ts'
import { chargeOverBus, type BusCharging } from './bus-charging.ts'
import { withOfflinePolicy } from './offline-charging.ts'
import { keepSources } from './keep-sources.ts'

/** A process that begins without the database waits no longer for it. */
const DATABASE_PATIENCE_MS = 2000
/** How long finished calls may take to be handed over when we stop; the rest stays in the spool. */
const HANDOVER_MS = 3000

export type Stores = {
  readonly charging: BusCharging
  readonly spool: Spool
  readonly journal: Journal
  readonly subscriptions: SubscriptionBook
  readonly settler: SpoolSettler
  readonly sources: KnownSources
  readonly registrations: RegistrationKeeper
  readonly directory: DirectoryKeeper
  /** Hands over what is finished and closes everything. */
  close(): Promise<void>
}

/** Opens them; the database may be away. `onDirectory` is told of every change with what was there before. */
export async function openStores(
  parts: ProcessParts,
  onDirectory: (before: Directory) => void,
): Promise<Result<Stores>> {
  const { config, bus, clock, log, databaseUrl: url } = parts
  const folder = join(config.dataFolder, 'signal')
  const patienceMs = DATABASE_PATIENCE_MS
  const opened = await openDb({ url, role: 'signal', clock, log, max: 3, connect: 'later', patienceMs })
  if (!opened.ok) return opened
  const db = opened.value
  const charging = withOfflinePolicy(chargeOverBus(bus))
  const spool = await openSpool(join(folder, 'cdr-spool.jsonl'), { log })
  const journal = await openJournal(join(folder, 'calls-journal.jsonl'), log)
  const subscriptions = await openSubscriptions(join(folder, 'subscriptions.jsonl'), log)
  const evidence = evidenceFolder(config.dataFolder)
  const onStored = (records: readonly CdrRecord[]): Promise<void> =>
    noteEvidence(evidence, records).catch((error: unknown) => {
      log.error('what signalling says of calls could not be kept beside the books', { error })
    })
  const settler = startSettling({ spool, charging, clock, log, onStored })
  const known = keepSources({ path: join(folder, 'known-sources.json'), clock, log })
  const registrations = keepRegistrations({ db, clock, log })
  const onChange = (_now: Directory, before: Directory): void => onDirectory(before)
  const directory = await keepDirectory({ db, copyPath: join(folder, 'directory.json'), clock, log, onChange })
  return ok({
    charging,
    spool,
    journal,
    subscriptions,
    settler,
    sources: known.sources,
    registrations,
    directory,
    async close() {
      await settler.drain(HANDOVER_MS)
      settler.stop()
      await Promise.all([
        directory.stop(),
        spool.close(),
        journal.close(),
        subscriptions.close(),
        registrations.stop(),
        known.close(),
      ])
      await db.close()
    },
  })
}
