/** `test`: installs what the tests need, builds the portal, and runs every test in one process. */

import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { installPeers } from './peers.ts'

const home = join(import.meta.dirname, '../..')

/** Test files whose path contains one of the words; all of them without words. */
function testFiles(words: readonly string[]): string[] {
  const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: home }).toSorted()
  return words.length === 0 ? files : files.filter((file) => words.some((word) => file.includes(word)))
}

/** `test [WORD...]`: runs the tests; with `CI=true` a missing peer is a failure, else its suites say what they skip. */
export async function run(args: readonly string[]): Promise<number> {
  const missing = installPeers()
  for (const peer of missing) {
    process.stderr.write(
      `dialhouse: ${peer.program} is missing (${peer.use}); install it with: apt-get install ${peer.debianPackage}\n`,
    )
  }
  if (missing.length > 0 && process.env['CI'] === 'true') return 1
  const files = testFiles(args)
  if (files.length === 0) {
    process.stderr.write(`dialhouse: no test file matches ${args.join(' ')}\n`)
    return 2
  }
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--test', '--test-isolation=none', '--test-timeout=240000', ...files],
    { cwd: home, stdio: 'inherit' },
  )
  return new Promise((resolve) => {
    child.on('exit', (code) => resolve(code ?? 1))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  })
}
