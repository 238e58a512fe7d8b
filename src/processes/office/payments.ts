/** Payments at work in the office: the ledger behind the bus, each seller's card processor, the brands' portals. */

import type { Clock, Log, RandomBytes, Result } from '../../base/index.ts'
import type { Bus, RequestTopic } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { openSecret, sealSecret, type MasterKeys } from '../../platform/identity/index.ts'
import { readGatewayKeys, type CardGateway, type PaymentParts } from '../../company/billing/index.ts'
import { chargeSilent, postPayment, returnPayment, type PostingRequest } from '../../company/ledger/index.ts'
import { openStripe } from '../../doors/gateways/index.ts'
import type { Brand, Brands } from './brands.ts'

const PATIENCE_MS = 10_000

type Posted = Awaited<ReturnType<PaymentParts['ledger']['pay']>>
type Topic = RequestTopic<PostingRequest, Result<{ balanceMicros: bigint }>>

type AddressOn = (brand: Brand, path: string) => string

/** With the address of pages, which is known when the process listens. */
export type OfficePayments = PaymentParts & { readonly listensAt: (addressOn: AddressOn) => void }

/** What payments need of this process. */
export function paymentParts(parts: {
  readonly db: Db
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly keys: MasterKeys
  readonly brands: Brands
}): OfficePayments {
  const { db, bus, clock, log, random, keys, brands } = parts
  let addressOn: AddressOn = ({ host }, path) => `http://${host}${path}`
  const post =
    (topic: Topic) =>
    async (request: PostingRequest): Promise<Posted> => {
      const answer = await bus.request('charge', topic, request, { timeoutMs: PATIENCE_MS })
      return answer.ok ? answer.value : chargeSilent(answer.failure.code)
    }
  const secretBox = {
    seal: (purpose: string, text: string) => sealSecret(keys, random, purpose, text),
    open: (purpose: string, sealed: string) => openSecret(keys, purpose, sealed),
  }
  return {
    db,
    clock,
    log,
    random,
    secretBox,
    ledger: { pay: post(postPayment), giveBack: post(returnPayment) },
    gatewayOf: gateways(db, secretBox),
    portalUrl: (tenantPath, path) => addressOn(brands.forPath(tenantPath), path),
    listensAt: (wanted) => void (addressOn = wanted),
  }
}

/** The processors of sellers, opened once for each set of keys. */
function gateways(db: Db, secretBox: PaymentParts['secretBox']): PaymentParts['gatewayOf'] {
  const opened = new Map<string, { readonly at: number; readonly gateway: CardGateway }>()
  return async (sellerId) => {
    const keys = await readGatewayKeys({ db, secretBox }, sellerId)
    if (!keys) return undefined
    const known = opened.get(sellerId)
    if (known?.at === keys.setAt) return known.gateway
    const gateway = openStripe(keys)
    opened.set(sellerId, { at: keys.setAt, gateway })
    return gateway
  }
}
