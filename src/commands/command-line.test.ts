import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../base/index.ts'
import { startMarkOf } from '../processes/supervisor/run-file.ts'
import { familyOf } from './bench/proportional-memory.ts'
import { commands, helpAsked } from './command-table.ts'

const main = join(import.meta.dirname, '../main.ts')
const clock = systemClock()

function inFolder<T>(act: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'))
  // PostgreSQL runs under another account.
  chmodSync(folder, 0o755)
  const clear = (): void => rmSync(folder, { recursive: true, force: true })
  const done = act(folder)
  if (done instanceof Promise) return done.finally(clear) as T
  clear()
  return done
}

function answerOf(args: readonly string[], folder: string): { readonly code: number | null; readonly text: string } {
  const env = { ...process.env, DIALHOUSE_DATA: join(folder, 'data') }
  const options = { encoding: 'utf8', env, timeout: 20_000 } as const
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, ...args],
    options,
  )
  return { code: status, text: stdout }
}

test('every command explains itself instead of starting', () => {
  for (const [name, { explainsItself, summary }] of Object.entries(commands)) {
    const help = helpAsked(name, ['--help'])
    if (explainsItself) assert.equal(help, undefined)
    else assert.ok(help?.startsWith(`usage: node dialhouse.mjs ${name}`) && help.includes(summary), name)
    assert.equal(helpAsked(name, ['--json']), undefined)
  }
  inFolder((folder) => {
    for (const args of [['demo', '--help'], ['serve', '-h'], ['bench', '--help'], ['rate', '--help'], ['--help']]) {
      const { code, text } = answerOf(args, folder)
      assert.equal(code, 0, args.join(' '))
      assert.match(text, /^usage: node dialhouse\.mjs /)
    }
    assert.equal(existsSync(join(folder, 'data')), false, 'nothing was started')
  })
})

test('a bench that is told to stop takes PostgreSQL and its files with it', () =>
  inFolder(async (folder) => {
    const env = { ...process.env, TMPDIR: folder }
    const args = ['--disable-warning=ExperimentalWarning', main, 'bench', 'charging', '--json']
    const bench = spawn(process.execPath, args, { env, stdio: 'ignore' })
    const gone = once(bench, 'exit')
    const commandOf = (pid: number): string => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    }
    let servers: readonly number[] = []
    for (const until = clock.monotonic() + 30_000; servers.length === 0 && clock.monotonic() < until;) {
      await new Promise((resolve) => void setTimeout(resolve, 50))
      servers = familyOf(bench.pid!).filter((pid) => commandOf(pid).includes('postgres\0-D'))
    }
    assert.ok(servers.length > 0, 'PostgreSQL runs')
    const family = familyOf(bench.pid!)
    bench.kill('SIGTERM')
    assert.deepEqual(await gone, [null, 'SIGTERM'])
    assert.deepEqual(
      family.filter((pid) => startMarkOf(pid) !== undefined),
      [],
    )
    assert.deepEqual(readdirSync(folder), [])
  }))

test('the shell of npm gives its place to Dialhouse: a signal to npm alone reaches it', () => {
  const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
  const { scripts } = JSON.parse(text) as { readonly scripts: Readonly<Record<string, string>> }
  assert.equal(scripts['start'], 'exec node dialhouse.mjs demo')
})
