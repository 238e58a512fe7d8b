/** `demo-info [--json]`: logins, API keys, SIP accounts and numbers of the running demo. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, readConfig, type Config } from '../base/index.ts'
import { survivorsOf } from '../processes/supervisor/survivors.ts'
import { demoInfoFile, type DemoInfo } from '../world/index.ts'

/** Prints the facts of the demo on this data folder; refuses where none runs, and where real customers are served. */
export async function run(args: readonly string[]): Promise<number> {
  const config = readConfig(process.env)
  if (!config.ok) return refuse(config.failure.message)
  const running = new Set(survivorsOf(join(config.value.dataFolder, 'run')).map((it) => it.name))
  if (!running.has('world')) return refuse(whyNot(config.value, running))
  let text: string
  try {
    text = readFileSync(demoInfoFile(config.value.dataFolder), 'utf8')
  } catch (thrown) {
    return refuse(`the demo is still starting, try again in a moment (${messageOf(thrown)})`)
  }
  process.stdout.write(args.includes('--json') ? text : wordsOf(JSON.parse(text) as DemoInfo))
  return 0
}

function whyNot({ dataFolder }: Config, running: ReadonlySet<string>): string {
  return running.size > 0
    ? `the installation on ${dataFolder} serves real customers: it has no demo logins`
    : `no demo runs on ${dataFolder}; start it with: npm start`
}

function refuse(message: string): number {
  process.stderr.write(`dialhouse: ${message}\n`)
  return 1
}

function wordsOf(info: DemoInfo): string {
  const { logins, sip, phones, numbers } = info
  const free = phones.filter((phone) => phone.reserved)
  const lines = [
    `Portal     ${info.http}`,
    `Demo page  ${info.demoPage}`,
    '',
    'Logins',
    ...Object.entries(logins).map(([who, one]) => `  ${who.padEnd(9)}${one.login}  ${one.password}  ${one.url}`),
    '',
    `SIP server ${sip.host}:${sip.port} (UDP and TCP), ${sip.host}:${sip.tlsPort} (TLS), ${sip.wsUrl}, ${sip.wssUrl}`,
    `Phones that the world leaves alone (${free.length} of ${phones.length})`,
    ...free.map((phone) => `  ${phone.user}  ${phone.password}  extension ${phone.extension}  ${phone.customer}`),
    '',
    'Numbers',
    ...Object.entries(numbers).map(([kind, list]) => `  ${kind.padEnd(14)}${list.slice(0, 4).join('  ')}`),
    `  ${'emergency'.padEnd(14)}${info.emergency.dial}`,
    '',
    'Everything, API keys too: node dialhouse.mjs demo-info --json',
  ]
  return `${lines.join('\n')}\n`
}
