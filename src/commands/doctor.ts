/** `doctor`: what is missing or unsafe on this machine, each with the fix. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig, silentLog, systemClock, type Config } from '../base/index.ts'
import { busFolder, createSocketBus } from '../platform/bus/index.ts'
import { supervisedProcesses, type SupervisedProcess } from '../processes/index.ts'
import { checkAudit } from './doctor/audit.ts'
import { checkDataFolder } from './doctor/data-folder.ts'
import { checkDatabase } from './doctor/database.ts'
import { fault, good, type Finding } from './doctor/finding.ts'
import { checkBooks } from './doctor/ledger.ts'
import { checkMachine } from './doctor/machine.ts'
import { checkNetwork } from './doctor/network.ts'

/** `doctor [--json]`: exit code 1 when something does not work or is unsafe. */
export async function run(args: readonly string[]): Promise<number> {
  const config = readConfig(process.env)
  const findings = config.ok
    ? await examine(config.value)
    : [fault('configuration', config.failure.message, 'correct the variable')]
  process.stdout.write(args.includes('--json') ? `${JSON.stringify({ findings })}\n` : report(findings))
  return findings.some((it) => it.state === 'fault') ? 1 : 0
}

async function examine(config: Config): Promise<readonly Finding[]> {
  const processes = await askSupervisor(config)
  return [
    ...checkMachine(),
    ...checkDataFolder(config),
    ...(await checkDatabase(config)),
    ...(await checkNetwork(config, processes !== undefined)),
    running(processes),
    ...(processes ? [await checkBooks(config), await checkAudit(config)] : []),
  ]
}

/** The processes of the running installation; undefined when none runs. */
async function askSupervisor({ dataFolder }: Config): Promise<readonly SupervisedProcess[] | undefined> {
  const folder = busFolder(dataFolder)
  // Looked at first: to look must not make the folder.
  if (!existsSync(join(folder, 'supervisor.sock'))) return undefined
  const options = { name: `doctor-${process.pid}`, clock: systemClock({ keepAlive: true }), log: silentLog }
  const bus = await createSocketBus({ ...options, folder })
  // A folder that cannot be used says so in the check of the folder.
  if (!bus.ok) return undefined
  const answer = await bus.value.request('supervisor', supervisedProcesses, {})
  await bus.value.close()
  return answer.ok ? answer.value : undefined
}

function running(processes: readonly SupervisedProcess[] | undefined): Finding {
  if (!processes) return good('processes', 'nothing runs on this folder')
  const troubled = processes.filter((it) => it.state !== 'running')
  if (troubled.length === 0) return good('processes', `${processes.length} run`)
  const names = troubled.map((it) => `${it.name} (${it.lastExit ?? it.state})`).join(', ')
  return fault('processes', `not running: ${names}`, 'see the log folder of the data folder')
}

const signs = { ok: 'ok     ', warning: 'warning', fault: 'FAULT  ' } as const

function report(findings: readonly Finding[]): string {
  const lines = findings.map(({ state, name, says, fix }) =>
    [`${signs[state]} ${name}: ${says}`, ...(fix ? [`        ${fix}`] : [])].join('\n'),
  )
  return `${lines.join('\n')}\n`
}
