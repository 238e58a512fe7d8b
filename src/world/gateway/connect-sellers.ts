/** Connects every seller of the demo to the simulated card processor, and tells it where each takes its messages. */

import { secureRandom, type Clock, type Config } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { openSecret, sealSecret, type MasterKeys } from '../../platform/identity/index.ts'
import { setGatewayKeys } from '../../company/billing/index.ts'
import { demoKeys, type GatewayServer } from './serve-gateway.ts'
import { providerPath } from '../seed/write-world.ts'

/** Written at every start: the processor's port may be another one. */
export async function connectSellers(
  parts: { readonly db: Db; readonly clock: Clock; readonly keys: MasterKeys; readonly config: Config },
  gateway: GatewayServer,
): Promise<void> {
  const { db, clock, keys, config } = parts
  const secretBox = {
    seal: (purpose: string, text: string) => sealSecret(keys, secureRandom, purpose, text),
    open: (purpose: string, sealed: string) => openSecret(keys, purpose, sealed),
  }
  const sellers = await db.as({ tenantPath: providerPath }, async (tx) => {
    const found = await tx<{ id: string }[]>`select id from tenant where kind in ('provider', 'partner') order by path`
    for (const { id: sellerId } of found) {
      await setGatewayKeys(tx, secretBox, {
        sellerId,
        apiUrl: gateway.url,
        publishableKey: demoKeys.publishable,
        secretKey: demoKeys.secret,
        webhookSecret: demoKeys.webhook,
        setBy: null,
        at: clock.now(),
      })
    }
    return found
  })
  const host = ['0.0.0.0', '::', 'localhost'].includes(config.http.host) ? '127.0.0.1' : config.http.host
  gateway.delivery.setTargets(sellers.map(({ id }) => `http://${host}:${config.http.port}/webhooks/cards/${id}`))
}
