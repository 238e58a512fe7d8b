/** A seller's account at a card processor: where it answers and its keys, which are sealed with the master key. */

import type { Tx } from '../../../../platform/db/index.ts'
import { inHouse, type PaymentParts } from '../parts.ts'

export type GatewayKeys = {
  /** Empty: the processor's own address. */
  readonly apiUrl: string
  readonly publishableKey: string
  readonly secretKey: string
  readonly webhookSecret: string
}

const purposeOf = (sellerId: string): string => `card gateway ${sellerId}`

/** Opens or changes a seller's account. */
export async function setGatewayKeys(
  tx: Tx,
  secretBox: PaymentParts['secretBox'],
  keys: GatewayKeys & { readonly sellerId: string; readonly setBy: string | null; readonly at: number },
): Promise<void> {
  const { sellerId, apiUrl, publishableKey, secretKey, webhookSecret, setBy, at } = keys
  const sealed = secretBox.seal(purposeOf(sellerId), JSON.stringify({ secretKey, webhookSecret }))
  await tx`
    insert into card_gateway (tenant_id, api_url, publishable_key, sealed_keys, set_by, set_at)
    values (${sellerId}, ${apiUrl}, ${publishableKey}, ${sealed}, ${setBy}, ${at})
    on conflict (tenant_id) do update set
      api_url = excluded.api_url, publishable_key = excluded.publishable_key, sealed_keys = excluded.sealed_keys,
      set_by = excluded.set_by, set_at = excluded.set_at`
}

/** The account of a seller; undefined when it takes no cards. */
export async function readGatewayKeys(
  { db, secretBox }: Pick<PaymentParts, 'db' | 'secretBox'>,
  sellerId: string,
): Promise<(GatewayKeys & { readonly setAt: number }) | undefined> {
  const [row] = await inHouse(
    { db },
    (tx) => tx<{ apiUrl: string; publishableKey: string; sealed: string; setAt: number }[]>`
      select api_url as "apiUrl", publishable_key as "publishableKey", sealed_keys as sealed, set_at as "setAt"
      from card_gateway where tenant_id = ${sellerId}`,
  )
  const opened = row && secretBox.open(purposeOf(sellerId), row.sealed)
  if (!row || opened === undefined) return undefined
  const secrets = JSON.parse(opened) as { secretKey: string; webhookSecret: string }
  const { apiUrl, publishableKey, setAt } = row
  return { apiUrl, publishableKey, setAt, ...secrets }
}
