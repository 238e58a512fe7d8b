/** Fetches a certificate over https: one request, no redirect, bounded in size and time, in public networks only. */

import { lookup } from 'node:dns'
import { request } from 'node:https'
import { BlockList, isIP } from 'node:net'
import type { FetchCertificate } from './certificate-cache.ts'

const BYTES_MAX = 64 * 1024
const PATIENCE_MS = 1500

const privateNetworks = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  privateNetworks.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['::ffff:0:0', 96],
] as const) {
  privateNetworks.addSubnet(net, bits, 'ipv6')
}

/**
 * A fetcher for certificates. A name that leads into a private network is not asked; an operator who wants that
 * writes the address itself into his list. `authority` is trusted beside the public ones (PEM).
 */
export function httpsCertificates(authority?: string): FetchCertificate {
  return (url) =>
    new Promise((resolve) => {
      const give = (value: { pem: string; maxAgeMs: number } | undefined): void => {
        resolve(value)
        asked.destroy()
      }
      const asked = request(
        url,
        {
          timeout: PATIENCE_MS,
          signal: AbortSignal.timeout(PATIENCE_MS),
          lookup: lookupPublic,
          ...(authority === undefined ? {} : { ca: authority }),
        },
        (response) => {
          if (response.statusCode !== 200) return give(undefined)
          const maxAge = /max-age=(\d{1,8})/.exec(response.headers['cache-control'] ?? '')?.[1]
          let pem = ''
          response.setEncoding('latin1')
          response.on('data', (chunk: string) => {
            pem += chunk
            if (pem.length > BYTES_MAX) give(undefined)
          })
          response.on('end', () => give({ pem, maxAgeMs: Number(maxAge ?? 0) * 1000 }))
          response.on('error', () => give(undefined))
        },
      )
      asked.on('timeout', () => give(undefined))
      asked.on('error', () => resolve(undefined))
      asked.end()
    })
}

/** As `dns.lookup`, without the addresses that a stranger could use to reach into our own network. */
const lookupPublic: typeof lookup = ((
  host: string,
  options: object,
  done: (error: Error | null, ...found: unknown[]) => void,
) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error)
    const open = addresses.filter(
      ({ address, family }) => !privateNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4'),
    )
    const [first] = open
    if (!first || isIP(host)) return done(new Error('the host has no public address'))
    return 'all' in options && options.all ? done(null, open) : done(null, first.address, first.family)
  })
}) as typeof lookup
