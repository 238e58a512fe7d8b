/** SIPVicious (Debian, 0.3.3): svmap, svwar and svcrack from a network namespace, as they are or disguised. */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram, unlessInstalled } from './program.ts'

const PACKAGE = '/usr/share/sipvicious/sipvicious'

export type Namespace = {
  readonly name: string
  /** Our address on the wire to it, and its own. */
  readonly ours: string
  readonly theirs: string
  /** What its kernel counted since the last call: datagrams and bytes that left it and came to it. */
  traffic(): {
    readonly sent: number
    readonly received: number
    readonly sentBytes: number
    readonly receivedBytes: number
  }
  close(): void
}

function ip(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('ip', [...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** The `skip` of a test that needs root and SIPVicious. */
export function unlessAttackable(): string | false {
  const missing = unlessInstalled('svwar', 'sipvicious')
  if (missing !== false) return missing
  if (process.getuid?.() !== 0) return 'network namespaces are made by root'
  const name = `dhprobe${process.pid % 10_000}`
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'this machine allows no network namespaces'
  ip('netns', 'del', name)
  return false
}

/** A namespace with a /24 of its own, `198.18.<third>.0`, joined to this machine by a pair of interfaces. */
export function openNamespace(third: number): Namespace {
  const name = `dh${process.pid % 10_000}n${third}`
  const [outside, inside] = [`${name}o`, `${name}i`]
  const [ours, theirs] = [`198.18.${third}.1`, `198.18.${third}.9`]
  ip('netns', 'add', name)
  ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name)
  ip('addr', 'add', `${ours}/24`, 'dev', outside)
  ip('link', 'set', outside, 'up')
  ip('-n', name, 'addr', 'add', `${theirs}/24`, 'dev', inside)
  ip('-n', name, 'link', 'set', inside, 'up')
  ip('-n', name, 'link', 'set', 'lo', 'up')
  ip('-n', name, 'route', 'add', 'default', 'via', ours)
  const counters = () => {
    const lines = ip('netns', 'exec', name, 'cat', '/proc/net/snmp').split('\n')
    const [names = [], values = []] = lines.filter((line) => line.startsWith('Udp:')).map((line) => line.split(' '))
    const udp = (key: string): number => Number(values[names.indexOf(key)])
    const link = JSON.parse(ip('-n', name, '-s', '-j', 'link', 'show', inside)) as [
      { stats64: { rx: { bytes: number }; tx: { bytes: number } } },
    ]
    const { rx, tx } = link[0].stats64
    return { sent: udp('OutDatagrams'), received: udp('InDatagrams'), sentBytes: tx.bytes, receivedBytes: rx.bytes }
  }
  let last = counters()
  return {
    name,
    ours,
    theirs,
    traffic() {
      const before = last
      last = counters()
      return {
        sent: last.sent - before.sent,
        received: last.received - before.received,
        sentBytes: last.sentBytes - before.sentBytes,
        receivedBytes: last.receivedBytes - before.receivedBytes,
      }
    },
    close: () => ip('netns', 'del', name),
  }
}

export type Attack = {
  readonly tool: 'svmap' | 'svwar' | 'svcrack'
  readonly args: readonly string[]
  readonly namespace: Namespace
  /** What it calls itself instead of `friendly-scanner` and `sipvicious`. */
  readonly disguise?: string
  readonly folder: string
}

/** Runs one of the tools to its end; returns what it printed. */
export async function attack({ tool, args, namespace, disguise, folder }: Attack): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const copy = join(folder, disguise === undefined ? 'plain' : 'disguised', 'sipvicious')
  cpSync(PACKAGE, copy, { recursive: true })
  for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.py')) continue
    // Ten seconds of patience with a silent server are nine too many for a test.
    let text = readFileSync(join(copy, name), 'utf8').replaceAll('settimeout(10)', 'settimeout(1)')
    if (disguise !== undefined) {
      const names = ["'friendly-scanner'", "'sipvicious'", '"sipvicious"']
      for (const one of names) text = text.replaceAll(one, JSON.stringify(disguise))
    }
    writeFileSync(join(copy, name), text)
  }
  const path = JSON.stringify(join(copy, '..'))
  const code = `import sys; sys.path.insert(0, ${path}); from sipvicious.${tool} import main; main()`
  const program = startProgram('ip', ['netns', 'exec', namespace.name, '/usr/bin/python3', '-c', code, ...args], folder)
  await program.exited
  return program.output()
}
