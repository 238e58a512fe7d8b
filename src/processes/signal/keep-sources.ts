/** Known sources on disk: who may dial 911 without a challenge is remembered over a restart. */

import { mkdirSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock, Log } from '../../base/index.ts'
import { createKnownSources, type KnownSource, type KnownSources } from '../../company/switch/index.ts'

/** A proof is on disk this much later at the latest. */
const SAVE_MS = 2000

type Entries = readonly (readonly [string, KnownSource])[]

function readEntries(path: string): Entries {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Entries
  } catch {
    return []
  }
}

/** Reads what was remembered and writes what is proved from here on; `close` writes the rest. */
export function keepSources(options: { path: string; clock: Clock; log: Log }): {
  readonly sources: KnownSources
  close(): Promise<void>
} {
  const { path, clock, log } = options
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const known = createKnownSources(clock, readEntries(path))
  let isChanged = false
  let saving: Promise<void> | undefined

  const write = async (): Promise<void> => {
    isChanged = false
    try {
      await writeFile(`${path}.new`, JSON.stringify(known.entries()), { mode: 0o600 })
      await rename(`${path}.new`, path)
    } catch (error) {
      isChanged = true
      log.warn('known sources could not be written; they will be', { error })
    }
  }
  const save = (): Promise<void> => {
    if (isChanged) saving ??= write().finally(() => void (saving = undefined))
    return saving ?? Promise.resolve()
  }
  const timer = clock.every(SAVE_MS, () => void save())
  return {
    sources: {
      ...known,
      prove(address, sipUser) {
        // A phone that proves itself again soon changes nothing worth writing.
        const last = known.lastAt(address)
        known.prove(address, sipUser)
        if (last?.sipUser !== sipUser || clock.now() - last.provenAt > 3_600_000) isChanged = true
      },
    },
    async close() {
      timer.stop()
      await saving
      await save()
    },
  }
}
