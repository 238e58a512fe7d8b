/** Keeps a process's log file bounded: one old copy, then from the start again, without asking its writer. */

import { copyFileSync, statSync, truncateSync } from 'node:fs'

const BYTES_MAX = 32 * 1024 * 1024

/**
 * Copies a file that has grown too large beside itself and empties it. Its writer appends, so that it goes
 * on at the new end; lines written between copy and truncation (microseconds) are lost.
 */
export function rotateLog(path: string, bytesMax: number = BYTES_MAX): boolean {
  try {
    if (statSync(path).size <= bytesMax) return false
    copyFileSync(path, `${path}.old`)
    truncateSync(path)
    return true
  } catch {
    // No file yet, or a full disk: the next look comes.
    return false
  }
}
