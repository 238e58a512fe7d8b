/** `test`: installs what the tests need, builds the portal, runs every test in two lanes, keeps the results. */

import { globSync } from 'node:fs'
import { join } from 'node:path'
import { buildPortal } from './build-portal.ts'
import { installPeers } from './peers.ts'
import { checkClaims, readClaims } from './requirements.ts'
import { runLanes } from './test-lanes.ts'
import { partFile, readResults, resultsFile } from './test-results.ts'

const home = join(import.meta.dirname, '../..')
const SLOWEST = 10

/** Proofs that take minutes; run only when a word names them. */
const LONG_FOLDER = 'test/long/'
const TIMEOUT_MS = 240_000
const LONG_TIMEOUT_MS = 1_800_000

/** Test files whose path contains one of the words; all but the long proofs without words. */
function testFiles(words: readonly string[]): string[] {
  const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: home }).toSorted()
  if (words.length === 0) return files.filter((file) => !file.startsWith(LONG_FOLDER))
  return files.filter((file) => words.some((word) => file.includes(word)))
}

/**
 * `test [WORD...]`: runs the tests; `test long` runs the proofs that take minutes. With `CI=true` a missing peer is a
 * failure, else its suites say what they skip.
 */
export async function run(args: readonly string[]): Promise<number> {
  const missing = installPeers()
  for (const peer of missing) {
    const install = `install it with: apt-get install ${peer.debianPackage}`
    process.stderr.write(`dialhouse: ${peer.program} is missing (${peer.use}); ${install}\n`)
  }
  if (missing.length > 0 && process.env['CI'] === 'true') return 1
  const files = testFiles(args)
  if (files.length === 0) {
    process.stderr.write(`dialhouse: no test file matches ${args.join(' ')}\n`)
    return 2
  }
  const built = await buildPortal()
  if (!built.ok) {
    process.stderr.write(`dialhouse: ${built.failure.message}\n`)
    return 1
  }
  const whole = args.length === 0
  const results = whole ? resultsFile : partFile
  const timeoutMs = files.some((file) => file.startsWith(LONG_FOLDER)) ? LONG_TIMEOUT_MS : TIMEOUT_MS
  const code = await runLanes({ files, results, timeoutMs, lanes: whole ? 2 : 1 })
  nameSlowest(results)
  return code === 0 && whole ? checkPage() : code
}

function nameSlowest(path: string): void {
  const slowest = (readResults(path) ?? []).toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST)
  const lines = slowest.map((it) => `  ${(it.durationMs / 1000).toFixed(1).padStart(6)} s  ${it.name}`)
  process.stdout.write(`slowest tests\n${lines.join('\n')}\n`)
}

/** docs/requirements.md must not claim more than this run has shown. */
function checkPage(): number {
  const excess = checkClaims(readClaims(), readResults() ?? []).filter((it) => it.claimed !== it.state)
  for (const it of excess) {
    process.stderr.write(
      `dialhouse: docs/requirements.md says that ${it.id} is ${it.claimed}; no passed test carries it\n`,
    )
  }
  return excess.length > 0 ? 1 : 0
}
