/** Certificates of other providers by their address: only from hosts that the operator named, each fetched once. */

import { X509Certificate } from 'node:crypto'
import { ok, type Clock, type Result } from '../../base/index.ts'
import { infoUnreachable, type IdentityFailure } from './errors.ts'
import { readCertificates } from './trust.ts'

/** What a fetch brings: the PEM text and how long it may be kept; undefined when there is none. */
export type FetchCertificate = (url: URL) => Promise<{ readonly pem: string; readonly maxAgeMs: number } | undefined>

type Chain = Result<readonly X509Certificate[], IdentityFailure>

export type CertificateCache = { get(address: string): Promise<Chain> }

const ADDRESS_MAX = 300
const ENTRIES_MAX = 1000
const [LEAST_MS, MOST_MS] = [5 * 60_000, 24 * 3600_000]
/** An address that gave nothing is left alone so long: a flood of calls must not become a flood of requests. */
const FAILED_MS = 60_000

/** Keeps what it fetched; `allowedHosts` are `host` or `host:port`, and nothing else is ever asked. */
export function createCertificateCache({
  clock,
  fetch,
  allowedHosts,
}: {
  readonly clock: Clock
  readonly fetch: FetchCertificate
  readonly allowedHosts: readonly string[]
}): CertificateCache {
  const entries = new Map<string, { readonly chain: Promise<Chain>; until: number }>()
  const load = async (url: URL, entry: { until: number }): Promise<Chain> => {
    const fetched = await fetch(url).catch(() => undefined)
    if (!fetched) return infoUnreachable('the certificate cannot be had from its address')
    entry.until = clock.monotonic() + Math.min(MOST_MS, Math.max(LEAST_MS, fetched.maxAgeMs))
    return ok(readCertificates(fetched.pem))
  }
  return {
    async get(address) {
      const url = address.length <= ADDRESS_MAX ? URL.parse(address) : null
      if (url?.protocol !== 'https:' || url.username || url.password) {
        return infoUnreachable('the address of the certificate is no https address')
      }
      if (!allowedHosts.includes(url.host)) return infoUnreachable('certificates of that host are not fetched')
      const known = entries.get(url.href)
      if (known && known.until > clock.monotonic()) return known.chain
      const { promise, resolve } = Promise.withResolvers<Chain>()
      const entry = { chain: promise, until: clock.monotonic() + FAILED_MS }
      entries.delete(url.href)
      entries.set(url.href, entry)
      if (entries.size > ENTRIES_MAX) entries.delete(entries.keys().next().value!)
      void load(url, entry).then(resolve)
      return promise
    },
  }
}
