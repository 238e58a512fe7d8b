/** The independent programs that tests and benches measure us against, and how Debian calls them. */

import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type Peer = {
  /** The program as it is called. */
  readonly program: string
  readonly debianPackage: string
  readonly use: string
}

export const peers: readonly Peer[] = [
  { program: 'baresip', debianPackage: 'baresip', use: 'phones that we did not write' },
  { program: 'linphonec', debianPackage: 'linphone-cli', use: 'calls of a phone over TLS with SHA-256' },
  { program: 'sipp', debianPackage: 'sip-tester', use: 'calls through carriers, load' },
  { program: 'svwar', debianPackage: 'sipvicious', use: 'attacks on registrations' },
  { program: 'sngrep', debianPackage: 'sngrep', use: 'a reader of what we send as HEP3' },
  { program: 'tshark', debianPackage: 'tshark', use: 'an independent look at our packets' },
  { program: 'chromium', debianPackage: 'chromium', use: 'the portal in a browser' },
  { program: 'python3', debianPackage: 'python3', use: 'oracles in another language' },
  { program: 'ssconvert', debianPackage: 'gnumeric', use: 'workbooks that a spreadsheet wrote' },
  { program: 'espeak-ng', debianPackage: 'espeak-ng', use: 'rendering announcements again' },
  {
    program: '/usr/lib/postgresql/15/bin/postgres',
    debianPackage: 'postgresql-15',
    use: 'the oldest PostgreSQL we support, and its pgbench',
  },
]

/** Whether a program can be run: an absolute path, or a name found on the PATH. */
export function isInstalled(program: string): boolean {
  const candidates = program.startsWith('/')
    ? [program]
    : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program))
  return candidates.some((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

/**
 * Installs the missing peers where that is possible (Debian, as root) and returns those still missing.
 * Silent unless the installation fails.
 */
export function installPeers(): readonly Peer[] {
  const missing = (): readonly Peer[] => peers.filter((peer) => !isInstalled(peer.program))
  const wanted = missing()
  if (wanted.length === 0 || process.getuid?.() !== 0 || !isDebian()) return wanted
  process.stderr.write(`dialhouse: installing ${wanted.map((peer) => peer.debianPackage).join(', ')}\n`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (args: readonly string[]) => spawnSync('apt-get', args, { encoding: 'utf8', env: environment })
  apt(['update', '-qq'])
  const packages = wanted.map((peer) => peer.debianPackage)
  const result = apt(['install', '-y', '-qq', '--no-install-recommends', ...packages])
  if (result.status !== 0) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}\n`)
  return missing()
}
