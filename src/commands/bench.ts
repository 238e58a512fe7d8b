/** `bench NAME`: measures beside a peer and prints one object. One file per bench in bench/. */

import { systemClock } from '../base/index.ts'
import type { BenchResult } from './bench/bench.ts'
import { clearAwayOnSignal } from './bench/clear-away.ts'

type Bench = { readonly summary: string; readonly load: () => Promise<{ measure(): Promise<BenchResult> }> }

const benches: Readonly<Record<string, Bench>> = {
  charging: {
    summary: 'durable reservations and records a second, beside TPC-B of pgbench on the same server',
    load: () => import('./bench/charging.ts'),
  },
  footprint: {
    summary: 'memory of the demo at rest, and with 1,000 registrations and 50 relayed calls',
    load: () => import('./bench/footprint.ts'),
  },
  sip: {
    summary: 'CPU of a call and of a registration, and goodput at twice the capacity, beside Kamailio',
    load: () => import('./bench/sip/sip.ts'),
  },
  rating: {
    summary: 'priced calls a second over 200,000 prefixes, import and memory of the deck, beside a Python program',
    load: () => import('./bench/rating.ts'),
  },
  rerate: {
    summary: 'a million stored records priced again in PostgreSQL, over a deck that has not changed',
    load: () => import('./bench/rerate.ts'),
  },
  invoices: {
    summary: 'invoices an hour from stored calls, with PDF; a run for 100,000 customers; memory',
    load: () => import('./bench/invoices.ts'),
  },
  'sip-messages': {
    summary: 'SIP messages a second of CPU: read, understood, given a Via, written',
    load: () => import('./bench/sip-messages.ts'),
  },
  portal: {
    summary: 'first paint, first click, typing and script of the portal on a slow line, beside bare HTML',
    load: () => import('./bench/portal.ts'),
  },
}

/** `bench NAME [--json]`: with `--json` one line, else the same object to read. */
export async function run(args: readonly string[]): Promise<number> {
  const bench = benches[args.find((arg) => !arg.startsWith('-')) ?? '']
  if (!bench) {
    const lines = Object.entries(benches).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`)
    const isAsked = args.includes('--help') || args.includes('-h')
    const usage = `usage: node dialhouse.mjs bench NAME [--json]\n\n${lines.join('\n')}\n`
    ;(isAsked ? process.stdout : process.stderr).write(usage)
    return isAsked ? 0 : 2
  }
  const { measure } = await bench.load()
  const clear = clearAwayOnSignal(systemClock({ keepAlive: true }))
  const result = await measure().finally(clear)
  process.stdout.write(`${JSON.stringify(result, undefined, args.includes('--json') ? 0 : 2)}\n`)
  return 0
}
