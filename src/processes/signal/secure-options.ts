/** TLS and WebSocket as the configuration wants them, with the certificates of `<dataFolder>/tls`. */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Clock, Config, Log } from '../../base/index.ts'
import type { KeyPair, SecureOptions } from '../../network/transport/index.ts'
import { isLoopback } from '../../platform/http/index.ts'
import { localCertificate, operatorCertificate } from '../office/certificate.ts'

/** A renewed certificate is noticed within this time; nobody who is connected notices anything. */
const REREAD_MS = 60_000

type Certificates = {
  readonly usual: KeyPair
  readonly byHost: ReadonlyMap<string, KeyPair>
  readonly trusted: readonly string[]
}

/** What the sockets are opened with: the operator's certificate, one for each brand host that has its own, or ours. */
export function secureOptions(options: {
  readonly config: Config
  readonly host: string
  readonly clock: Clock
  readonly log: Log
  isOriginAllowed(origin: string): boolean
}): SecureOptions {
  const { config, clock, log } = options
  const folder = join(config.dataFolder, 'tls')
  const names = namesOf(options.host, config)
  let read = readAll(folder, config, names, clock)
  let readAt = clock.monotonic()
  const present = (): Certificates => {
    if (clock.monotonic() - readAt > REREAD_MS) {
      readAt = clock.monotonic()
      try {
        read = keepSame(read, readAll(folder, config, names, clock))
      } catch (error) {
        log.error('the certificates cannot be read again; those of before stay in use', { error })
      }
    }
    return read
  }
  return {
    tlsPort: config.sipPorts.tls,
    wssPort: config.sipPorts.wss,
    // In the clear on this machine alone: passwords are safe in digest, what is said about people is not.
    wsPort: isLoopback(config.sip.host) ? config.sipPorts.ws : undefined,
    encryption: {
      get trusted() {
        return present().trusted
      },
      certificateFor(name) {
        const { byHost, usual } = present()
        return byHost.get(name) ?? usual
      },
    },
    isOriginAllowed: (origin) => options.isOriginAllowed(origin),
  }
}

/** `tls/key.pem` and `tls/cert.pem` for everybody, `tls/HOST/key.pem` and `cert.pem` for those who ask for HOST. */
function readAll(folder: string, { dataFolder }: Config, names: readonly string[], clock: Clock): Certificates {
  const usual = operatorCertificate(folder, clock) ?? localCertificate(dataFolder, names, clock, 'sip-')
  const byHost = new Map<string, KeyPair>()
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const pair = entry.isDirectory() ? operatorCertificate(join(folder, entry.name), clock) : undefined
    if (pair) byHost.set(entry.name.toLowerCase(), pair)
  }
  return { usual, byHost, trusted: trustedIn(join(folder, 'trusted.pem')) }
}

/** Authorities of carriers that no public one has signed. */
function trustedIn(path: string): readonly string[] {
  return existsSync(path) ? [readFileSync(path, 'utf8')] : []
}

/** What did not change stays the same object: nothing is made anew for it. */
function keepSame(before: Certificates, now: Certificates): Certificates {
  const same = (old: KeyPair | undefined, pair: KeyPair): KeyPair => (old?.cert === pair.cert ? old : pair)
  const byHost = new Map([...now.byHost].map(([name, pair]) => [name, same(before.byHost.get(name), pair)]))
  return { usual: same(before.usual, now.usual), byHost, trusted: now.trusted }
}

/** Under which names and addresses phones may reach us on this machine. */
function namesOf(host: string, { http }: Config): readonly string[] {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const reachable = own.filter(({ address }) => !address.startsWith('fe80:')).map(({ address }) => address)
  const names = ['localhost', '*.localhost', host, http.host, ...reachable]
  return [...new Set(names)].filter((name) => name !== '0.0.0.0' && name !== '::')
}
