/** linphonec (Debian linphone-cli, 5.1) as a phone: it registers, calls, answers by itself; driven by what is typed. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProgram, type Program } from './program.ts'

export type LinphoneAccount = {
  readonly user: string
  readonly password: string
  readonly host: string
  readonly port: number
  readonly transport: 'udp' | 'tcp' | 'tls'
}

export type Linphone = {
  readonly program: Program
  /** Types a command: `call 202`, `pause`, `resume`, `transfer 201`, `terminate`. */
  command(text: string): void
  close(): Promise<void>
}

function configOf({ user, password, host, port, transport }: LinphoneAccount, folder: string): string {
  return [
    '[sip]',
    'sip_port=-1',
    'sip_tcp_port=-1',
    'sip_tls_port=-1',
    'default_proxy=0',
    'verify_server_certs=0',
    'verify_server_cn=0',
    'media_encryption=none',
    'register_only_when_network_is_up=0',
    '[rtp]',
    'audio_rtp_port=-1',
    '[sound]',
    `local_ring=${join(folder, 'none.wav')}`,
    '[auth_info_0]',
    `username=${user}`,
    `passwd=${password}`,
    '[proxy_0]',
    `reg_proxy=<sip:${host}:${port};transport=${transport}>`,
    `reg_route=<sip:${host}:${port};transport=${transport}>`,
    `reg_identity=sip:${user}@${host}`,
    'reg_expires=600',
    'reg_sendregister=1',
    'publish=0',
    '',
  ].join('\n')
}

/** Starts a phone in a folder of its own; it registers by itself. */
export async function startLinphone(folder: string, account: LinphoneAccount): Promise<Linphone> {
  rmSync(folder, { recursive: true, force: true })
  // Without a place for its database it does not come up.
  mkdirSync(join(folder, '.local/share/linphone'), { recursive: true })
  mkdirSync(join(folder, '.config/linphone'), { recursive: true })
  const config = join(folder, 'linphonerc')
  writeFileSync(config, configOf(account, folder))
  const program = startProgram('env', [`HOME=${folder}`, 'stdbuf', '-oL', 'linphonec', '-a', '-c', config], folder)
  return {
    program,
    command: (text) => program.type(`${text}\n`),
    async close() {
      program.type('quit\n')
      await program.stop()
    },
  }
}
