/** The networks that the provider is connected to, and which destinations each is tried for. */

import { FailureError, type Clock, type Currency } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { createDeck, importDeck } from '../../company/catalog/index.ts'
import { addCarrier, addCarrierRoute, listCarriers, moveCarrier, setCostDeck } from '../../company/numbers/index.ts'
import { rateDeckCsv } from './rate-deck.ts'

export const carrierNames = {
  a: 'Great Northern Carrier',
  b: 'Harbour Transit',
  emergency: 'Emergency Services Network',
} as const

export type CarrierKey = keyof typeof carrierNames

/** Port of each on loopback. */
export type CarrierPlaces = Readonly<Record<CarrierKey, number>>

type Route = {
  readonly carrier: CarrierKey
  readonly prefix: string
  readonly priority: number
  readonly kind: 'normal' | 'emergency'
}

/** North America goes through the cheaper one, the rest through the second; each stands in for the other. */
const routes: readonly Route[] = [
  { carrier: 'a', prefix: '1', priority: 1, kind: 'normal' },
  { carrier: 'b', prefix: '1', priority: 1, kind: 'normal' },
  { carrier: 'b', prefix: '', priority: 1, kind: 'normal' },
  { carrier: 'a', prefix: '', priority: 2, kind: 'normal' },
  { carrier: 'emergency', prefix: '', priority: 1, kind: 'emergency' },
  // The national route, when the emergency network does not answer.
  { carrier: 'a', prefix: '', priority: 2, kind: 'emergency' },
]

/** What the carriers ask, in hundredths of the provider's price; the emergency network is paid otherwise. */
const costHundredths: Readonly<Partial<Record<CarrierKey, bigint>>> = { a: 62n, b: 71n }

const HOST = '127.0.0.1'

/** Adds the carriers with their routes. */
export async function writeCarriers(
  tx: Tx,
  clock: Clock,
  { tenantId, places, currency }: { tenantId: string; places: CarrierPlaces; currency: Currency },
): Promise<void> {
  const ids = new Map<CarrierKey, string>()
  for (const key of ['a', 'b', 'emergency'] as const) {
    const carrier = { tenantId, name: carrierNames[key], host: HOST, port: places[key], protocol: 'udp' as const }
    const carrierId = await addCarrier(tx, clock, carrier)
    ids.set(key, carrierId)
    const hundredths = costHundredths[key]
    if (hundredths === undefined) continue
    const costDeckId = await createDeck(tx, clock, { tenantId, name: `Cost of ${carrier.name}`, currency })
    const csv = rateDeckCsv(currency, hundredths)
    for (const done of [
      await importDeck(tx, clock, { tenantId, deckId: costDeckId, csv, activate: true }),
      await setCostDeck(tx, { carrierId, costDeckId }),
    ]) {
      if (!done.ok) throw new FailureError(done.failure)
    }
  }
  for (const { carrier, ...route } of routes) {
    const added = await addCarrierRoute(tx, clock, { tenantId, carrierId: ids.get(carrier)!, ...route })
    if (!added.ok) throw new FailureError(added.failure)
  }
}

/** The carriers' ports are chosen anew by every start of the demo; what is stored follows. */
export async function moveCarriers(tx: Tx, places: CarrierPlaces): Promise<void> {
  const stored = await listCarriers(tx)
  for (const key of ['a', 'b', 'emergency'] as const) {
    const carrier = stored.find((one) => one.name === carrierNames[key])
    if (!carrier || carrier.port === places[key]) continue
    const moved = await moveCarrier(tx, { carrierId: carrier.id, host: HOST, port: places[key] })
    if (!moved.ok) throw new FailureError(moved.failure)
  }
}
