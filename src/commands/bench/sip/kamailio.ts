/** The peer of `bench sip`: Kamailio as a transaction-stateful proxy, with the configuration that is printed. */

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../base/index.ts'
import { familyOf } from '../proportional-memory.ts'

const clock = systemClock({ keepAlive: true })
const MODULES = '/usr/lib/x86_64-linux-gnu/kamailio/modules/'
const START_MS = 1500

export type Kamailio = {
  readonly version: string
  /** How it was started, and its whole configuration. */
  readonly command: string
  readonly configuration: string
  pids(): readonly number[]
  stop(): Promise<void>
}

/** One UDP child, so that messages stay in order: record-routes calls and relays them to one far end. */
function configurationOf(port: number, calleePort: number): string {
  return `debug=0
log_stderror=no
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${port}
mpath="${MODULES}"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK") && t_check_trans()) { t_relay(); exit; }
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  t_check_trans();
  record_route();
  $du = "sip:127.0.0.1:${calleePort}";
  t_relay();
}
`
}

/** Starts it; undefined when it is not installed. */
export async function startKamailio(port: number, calleePort: number): Promise<Kamailio | undefined> {
  const asked = spawnSync('kamailio', ['-v'], { encoding: 'utf8' })
  if (asked.status !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-kamailio-'))
  const configuration = configurationOf(port, calleePort)
  const file = join(folder, 'kamailio.cfg')
  writeFileSync(file, configuration)
  const args = ['-f', file, '-x', 'fm', '-m', '512', '-M', '32', '-b', '4194304', '-DD', '-E', '-Y', folder]
  const child = spawn('kamailio', args, { stdio: 'ignore' })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise((resolve) => void clock.after(START_MS, () => resolve(undefined)))
  if (child.exitCode !== null) throw new Error(`Kamailio ended with ${child.exitCode}: try it with ${args.join(' ')}`)
  return {
    version: /kamailio (\S+)/.exec(asked.stdout)?.[1] ?? 'unknown',
    command: `kamailio ${args.slice(2).join(' ')}`,
    configuration,
    pids: () => familyOf(child.pid!),
    async stop() {
      child.kill('SIGTERM')
      const stuck = clock.after(5000, () => child.kill('SIGKILL'))
      await gone
      stuck.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
