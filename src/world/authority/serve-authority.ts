/** Hands out the certificates of the simulated authority, and signs the calls of its carriers. */

import { createPrivateKey } from 'node:crypto'
import { createServer } from 'node:https'
import { fail, messageOf, ok, type Clock, type Result } from '../../base/index.ts'
import { createSigner, type Attestation } from '../../network/stir/index.ts'
import type { InboundCall } from '../actors/carrier.ts'
import { certificateUrl, readAuthority, type Holder } from './prepare-authority.ts'

export type AuthorityServer = {
  /** The Identity header of a carrier's call; undefined for callers whom it does not vouch for. */
  signerOf(carrier: Exclude<Holder, 'house'>): (call: InboundCall) => string | undefined
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const KEPT_SECONDS = 3600

/** How well a caller of the world is known, by the last digit of his number: most are customers of the carrier. */
function attestationOf(number: string): Attestation | undefined {
  const last = Number(number.at(-1))
  if (last <= 5) return 'A'
  if (last <= 7) return 'B'
  return last === 8 ? 'C' : undefined
}

/** Listens on the port that the settings of `signal` name. */
export async function serveAuthority(
  { dataFolder, port }: { readonly dataFolder: string; readonly port: number },
  clock: Clock,
): Promise<Result<AuthorityServer>> {
  const { web, holders } = readAuthority(dataFolder)
  const server = createServer({ key: web.key, cert: web.cert }, (request, response) => {
    const holder = /^\/(house|a|b)\.pem$/.exec(request.url ?? '')?.[1] as Holder | undefined
    if (request.method !== 'GET' || !holder) return void response.writeHead(404).end()
    const headers = { 'content-type': 'application/pem-certificate-chain', 'cache-control': `max-age=${KEPT_SECONDS}` }
    response.writeHead(200, headers).end(holders[holder].cert)
  })
  const listening = new Promise<Result<true>>((resolve) => {
    server.once('error', (error) => resolve(fail('world.no_authority', messageOf(error))))
    server.listen(port, HOST, () => resolve(ok(true)))
  })
  const heard = await listening
  if (!heard.ok) return heard
  return ok({
    signerOf(carrier) {
      const key = createPrivateKey(holders[carrier].key)
      const signer = createSigner({ key, certificateUrl: certificateUrl(port, carrier) })
      return ({ from, to }) => {
        const attest = attestationOf(from)
        return attest && signer.origin({ attest, from, to, origid: `gateway-${carrier}`, at: clock.now() })
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}
