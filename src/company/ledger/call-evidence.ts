/** The files in which signalling keeps a line for every call that it handed over: one a month, apart from the books. */

import { createReadStream, existsSync, mkdirSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { CdrRecord } from './protocol.ts'
import { readSignalledLine, signalledLine, type SignalledCall } from './signalled-facts.ts'

/** Where an installation keeps them. */
export function evidenceFolder(dataFolder: string): string {
  return join(dataFolder, 'evidence')
}

function fileOf(folder: string, month: string): string {
  return join(folder, `${month}.calls`)
}

/** Notes records that were handed over; noting one twice does no harm. */
export async function noteEvidence(folder: string, records: readonly CdrRecord[]): Promise<void> {
  const lines = records.flatMap((record) => signalledLine(record) ?? [])
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const [month, texts] of Map.groupBy(lines, (line) => line.slice(0, 7))) {
    await appendFile(fileOf(folder, month), texts.join(''), { mode: 0o600 })
  }
}

/** What signalling says of the calls of some months, `YYYY-MM` each; lines that a crash cut are left out. */
export async function* readEvidence(folder: string, months: readonly string[]): AsyncGenerator<SignalledCall> {
  for (const month of months) {
    const path = fileOf(folder, month)
    if (!existsSync(path)) continue
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const call = readSignalledLine(line)
      if (call) yield call
    }
  }
}
