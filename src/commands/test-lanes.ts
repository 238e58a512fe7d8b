/**
 * Runs test files in lanes side by side: the tests that start whole installations and wait for phones leave a core
 * idle, and the others use it. Within a lane all files share one process, so that no test pays a start of its own.
 */

import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestOutcome } from './test-results-reporter.ts'
import { readResults } from './test-results.ts'

const home = join(import.meta.dirname, '../..')

/** Where real processes, phones and carriers are waited for. */
const WAITING = ['test/', 'src/processes/signal/', 'src/processes/supervisor/']

export type LanesOptions = {
  readonly files: readonly string[]
  /** The file that takes the outcome of every test. */
  readonly results: string
  readonly timeoutMs: number
  readonly lanes: 1 | 2
}

type Lane = { readonly code: number; readonly outcomes: readonly TestOutcome[] }

/** Runs every file, writes the outcomes of all lanes to `results`; the exit code of the first lane that failed. */
export async function runLanes({ files, results, timeoutMs, lanes }: LanesOptions): Promise<number> {
  mkdirSync(dirname(results), { recursive: true })
  const waits = (file: string): boolean => WAITING.some((folder) => file.startsWith(folder))
  const shares = lanes === 1 ? [files] : [files.filter(waits), files.filter((file) => !waits(file))]
  const done = await Promise.all(
    shares.map((share, index) => runLane({ files: share, results: `${results}.${index}`, timeoutMs }, index)),
  )
  const tests = done.flatMap((lane) => lane.outcomes)
  writeFileSync(
    results,
    `${JSON.stringify({ node: process.version, platform: process.platform, tests }, undefined, 1)}\n`,
  )
  if (lanes > 1) process.stdout.write(sumUp(tests))
  return done.find((lane) => lane.code !== 0)?.code ?? 0
}

/** One process of node:test; what any lane but the first writes is shown when it has ended. */
function runLane(options: Omit<LanesOptions, 'lanes'>, index: number): Promise<Lane> {
  const reporter = join(import.meta.dirname, 'test-results-reporter.ts')
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      '--test-isolation=none',
      `--test-timeout=${options.timeoutMs}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${reporter}`,
      `--test-reporter-destination=${options.results}`,
      ...options.files,
    ],
    {
      cwd: home,
      env: { ...process.env, DIALHOUSE_TEST_LANE: String(index) },
      stdio: index === 0 ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    },
  )
  const said: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.on('close', (code) => {
      for (const chunk of said) process.stdout.write(chunk)
      resolve({ code: code ?? 1, outcomes: readResults(options.results) ?? [] })
    })
  })
}

function sumUp(tests: readonly TestOutcome[]): string {
  const count = (outcome: TestOutcome['outcome']): number => tests.filter((it) => it.outcome === outcome).length
  return [
    'all lanes',
    `ℹ tests ${tests.length}`,
    `ℹ pass ${count('passed')}`,
    `ℹ fail ${count('failed')}`,
    `ℹ skipped ${count('skipped')}`,
    `ℹ todo ${count('todo')}`,
    '',
  ].join('\n')
}
