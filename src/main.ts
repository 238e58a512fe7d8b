/** The command line: finds the command by its name and runs it. One file per command in commands/. */

import { join } from 'node:path'
import { defaultDataFolder, messageOf } from './base/index.ts'

type Command = {
  readonly summary: string
  readonly load: () => Promise<{ run(args: readonly string[]): Promise<number> }>
}

const commands: Readonly<Record<string, Command>> = {
  demo: {
    summary: 'start with a simulated outside world and print one URL',
    load: () => import('./commands/demo.ts'),
  },
  serve: { summary: 'start for real customers', load: () => import('./commands/serve.ts') },
  'create-provider': {
    summary: 'the first tenant of an installation, and its administrator',
    load: () => import('./commands/create-provider.ts'),
  },
  'demo-info': {
    summary: 'logins, SIP accounts and numbers of the running demo (--json)',
    load: () => import('./commands/demo-info.ts'),
  },
  doctor: { summary: 'what is missing or unsafe, each with the fix', load: () => import('./commands/doctor.ts') },
  migrate: { summary: 'bring the database to this version', load: () => import('./commands/migrate.ts') },
  backup: { summary: 'write everything into one file', load: () => import('./commands/backup.ts') },
  restore: { summary: 'read a backup into an empty database', load: () => import('./commands/restore.ts') },
  'rotate-key': {
    summary: 'add a master key: new SIP passwords follow from it, old ones stay valid',
    load: () => import('./commands/rotate-key.ts'),
  },
  requirements: {
    summary: 'the state of every requirement (--json)',
    load: () => import('./commands/requirements.ts'),
  },
  restart: {
    summary: 'ends one process in order and starts it again; conversations go on: restart signal',
    load: () => import('./commands/restart.ts'),
  },
  trace: {
    summary: 'the SIP messages of a call: trace CALL [--pcap FILE]',
    load: () => import('./commands/trace.ts'),
  },
  rate: {
    summary: 'what calls cost by a deck and a plan in a file, or by one of the options: rate --help',
    load: () => import('./commands/rate.ts'),
  },
  bench: { summary: 'measure beside a peer: bench NAME [--json]', load: () => import('./commands/bench.ts') },
  'render-prompts': {
    summary: 'render the announcements again (needs espeak-ng)',
    load: () => import('./commands/render-prompts.ts'),
  },
  'build-portal': {
    summary: 'build the portal when its sources have changed',
    load: () => import('./commands/build-portal.ts'),
  },
  test: { summary: 'install what the tests need and run every test', load: () => import('./commands/test.ts') },
  check: { summary: 'style, types, lint and format', load: () => import('./commands/check.ts') },
  process: {
    summary: 'run one process of an installation (used by the supervisor)',
    load: () => import('./commands/process.ts'),
  },
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, command]) => `  ${name.padEnd(16)}${command.summary}`)
  return `usage: node dialhouse.mjs COMMAND\n\n${lines.join('\n')}\n`
}

// Beside the program, whichever folder it is called from.
process.env['DIALHOUSE_DATA'] ||= defaultDataFolder(process.getuid?.() === 0, join(import.meta.dirname, '..'))

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  process.stderr.write(name ? `dialhouse: there is no command "${name}"\n\n${usage()}` : usage())
  process.exitCode = name ? 2 : 0
} else {
  try {
    const { run } = await command.load()
    process.exitCode = await run(args)
  } catch (thrown) {
    process.stderr.write(`dialhouse: ${messageOf(thrown)}\n`)
    if (process.env['DIALHOUSE_LOG'] === 'debug') process.stderr.write(`${(thrown as Error).stack}\n`)
    process.exitCode = 1
  }
}
