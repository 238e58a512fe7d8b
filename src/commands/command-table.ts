/** Every command by its name: what it does, what it is told, how it is loaded. */

type Command = {
  readonly summary: string
  /** What follows its name; nothing when undefined. */
  readonly takes?: string
  /** It explains its arguments itself. */
  readonly explainsItself?: true
  readonly load: () => Promise<{ run(args: readonly string[]): Promise<number> }>
}

/** One file each in this folder. */
export const commands: Readonly<Record<string, Command>> = {
  demo: {
    summary: 'start with a simulated outside world and print one URL',
    load: () => import('./demo.ts'),
  },
  serve: { summary: 'start for real customers', load: () => import('./serve.ts') },
  'create-provider': {
    summary: 'the first tenant of an installation, and its administrator',
    takes: '--name NAME --email ADDRESS [--slug np] [--host HOST] [--currency CAD] [--zone ZONE] ...',
    load: () => import('./create-provider.ts'),
  },
  'demo-info': {
    summary: 'logins, SIP accounts and numbers of the running demo (--json)',
    takes: '[--json]',
    load: () => import('./demo-info.ts'),
  },
  doctor: {
    summary: 'what is missing or unsafe, each with the fix',
    takes: '[--json]',
    load: () => import('./doctor.ts'),
  },
  migrate: { summary: 'bring the database to this version', load: () => import('./migrate.ts') },
  backup: { summary: 'write everything into one file', takes: 'FILE', load: () => import('./backup.ts') },
  restore: { summary: 'read a backup into an empty database', takes: 'FILE', load: () => import('./restore.ts') },
  'rotate-key': {
    summary: 'add a master key: new SIP passwords follow from it, old ones stay valid',
    load: () => import('./rotate-key.ts'),
  },
  requirements: {
    summary: 'the state of every requirement (--json)',
    takes: '[--json]',
    load: () => import('./requirements.ts'),
  },
  restart: {
    summary: 'ends one process in order and starts it again; conversations go on: restart signal',
    takes: 'NAME',
    load: () => import('./restart.ts'),
  },
  trace: {
    summary: 'the SIP messages of a call: trace CALL [--pcap FILE]',
    takes: 'CALL [--pcap FILE]',
    load: () => import('./trace.ts'),
  },
  rate: {
    summary: 'what calls cost by a deck and a plan in a file, or by one of the options: rate --help',
    takes: '...',
    explainsItself: true,
    load: () => import('./rate.ts'),
  },
  play: {
    summary: 'the world plays a period on a virtual clock: calls, payments, month ends, proofs',
    takes: '--from DAY --to DAY [--calls N] [--json]',
    load: () => import('./play.ts'),
  },
  proof: {
    summary: 'signalling = rated calls = ledger = invoices of a month; names every record that differs',
    takes: '--month YYYY-MM [--json]',
    load: () => import('./proof.ts'),
  },
  bench: {
    summary: 'measure beside a peer: bench NAME [--json]',
    takes: 'NAME [--json]',
    explainsItself: true,
    load: () => import('./bench.ts'),
  },
  'render-prompts': {
    summary: 'render the announcements again (needs espeak-ng)',
    load: () => import('./render-prompts.ts'),
  },
  'build-portal': {
    summary: 'build the portal when its sources have changed',
    load: () => import('./build-portal.ts'),
  },
  screenshots: {
    summary: 'a picture of every screen of the demo, light and dark, wide and narrow',
    takes: '[FOLDER]',
    load: () => import('./screenshots.ts'),
  },
  test: {
    summary: 'install what the tests need and run every test',
    takes: '[WORD...]',
    load: () => import('./test.ts'),
  },
  check: { summary: 'style, types, lint and format', load: () => import('./check.ts') },
  process: {
    summary: 'run one process of an installation (used by the supervisor)',
    takes: 'NAME',
    load: () => import('./process.ts'),
  },
}

/** Every command in a line. */
export function usage(): string {
  const lines = Object.entries(commands).map(([name, command]) => `  ${name.padEnd(16)}${command.summary}`)
  return `usage: node dialhouse.mjs COMMAND\n\n${lines.join('\n')}\n\nnode dialhouse.mjs COMMAND --help says more.\n`
}

/** What `--help` or `-h` among the arguments asks for; undefined when it is not asked, or the command tells it. */
export function helpAsked(name: string, args: readonly string[]): string | undefined {
  const isAsked = [name, ...args].some((arg) => arg === '--help' || arg === '-h')
  if (name === 'help' || (isAsked && name.startsWith('-'))) return usage()
  const command = commands[name]
  if (!command || !isAsked || command.explainsItself) return undefined
  return `usage: node dialhouse.mjs ${[name, command.takes].filter(Boolean).join(' ')}\n\n  ${command.summary}\n`
}
