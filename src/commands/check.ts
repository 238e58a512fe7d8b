/** `check`: the style, types, lint and format gates, in the order of how fast they answer. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const home = join(import.meta.dirname, '../..')

type Gate = { readonly name: string; readonly command: readonly string[] }

const tool = (name: string): string => join(home, 'node_modules/.bin', name)

const gates: readonly Gate[] = [
  { name: 'tidy', command: [process.execPath, '--test', 'test/tidy.test.ts'] },
  { name: 'format', command: [tool('oxfmt'), '--check', 'src', 'test'] },
  { name: 'lint', command: [tool('oxlint'), '--type-aware', '--deny-warnings', 'src', 'test'] },
  { name: 'types', command: [tool('tsc'), '-p', '.'] },
  { name: 'portal types', command: [tool('tsc'), '-p', 'src/doors/portal'] },
]

/** Runs every gate; prints a line for each and the output of those that fail. */
export async function run(): Promise<number> {
  let failed = 0
  for (const gate of gates) {
    const [program, ...args] = gate.command
    // The tools' own launchers look for a `node`: they get the one that runs this.
    const path = `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`
    const result = spawnSync(program!, args, { cwd: home, encoding: 'utf8', env: { ...process.env, PATH: path } })
    const passed = result.status === 0
    process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${gate.name}\n`)
    if (passed) continue
    failed++
    process.stdout.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`)
  }
  return failed ? 1 : 0
}
