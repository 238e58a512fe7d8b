/** A fingerprint of program and configuration: survivors of another one are ended, not adopted. */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const source = join(import.meta.dirname, '../..')
/** What `office` serves; see commands/build-portal.ts. */
const portalStamp = join(source, '../dist/portal/stamp.json')

/** Changes when a source file or the configuration does; a few milliseconds. */
export function buildOf(configuration: object): string {
  const hash = createHash('sha256').update(JSON.stringify(configuration)).update(process.version)
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts')) continue
    const path = join(entry.parentPath, entry.name)
    const { mtimeMs, size } = statSync(path)
    hash.update(`${path} ${mtimeMs} ${size}\n`)
  }
  if (existsSync(portalStamp)) hash.update(readFileSync(portalStamp))
  return hash.digest('hex')
}
