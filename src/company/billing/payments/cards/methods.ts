/** The card of a customer: a token with what may be shown of it, and the mandate to charge it every month. */

import { newId, type Clock } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import type { CardBrand, GatewayCard } from './gateway.ts'

export type StoredCard = {
  readonly id: string
  readonly tenantId: string
  readonly methodRef: string
  readonly brand: CardBrand
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
  readonly createdAt: number
  readonly mandate: { readonly id: string; readonly consentedAt: number; readonly consentText: string } | null
}

/** The card in use; undefined without one. */
export async function cardOf(tx: Tx, tenantId: string): Promise<StoredCard | undefined> {
  const [row] = await tx<(Omit<StoredCard, 'mandate'> & Mandated)[]>`
    select method.id, method.tenant_id as "tenantId", method_ref as "methodRef", brand, last4,
           exp_month as "expMonth", exp_year as "expYear", method.created_at as "createdAt", mandate.id as "mandateId",
           mandate.consented_at as "consentedAt", mandate.consent_text as "consentText"
    from payment_method as method
    left join mandate on mandate.method_id = method.id and mandate.tenant_id = method.tenant_id
                     and mandate.ended_at is null
    where method.tenant_id = ${tenantId} and method.status = 'active' and method.kind = 'card'`
  if (!row) return undefined
  const { mandateId, consentedAt, consentText, ...card } = row
  const mandate = mandateId === null ? null : { id: mandateId, consentedAt: consentedAt!, consentText: consentText! }
  return { ...card, mandate }
}

type Mandated = {
  readonly mandateId: string | null
  readonly consentedAt: number | null
  readonly consentText: string | null
}

/** What the holder agrees to, in these words. */
export function consentTextOf(brandName: string): string {
  return (
    `I authorise ${brandName} to charge this card every month with the total of my invoice when it is issued, ` +
    'until I withdraw this authorisation in the portal. I am told before each charge by the invoice itself.'
  )
}

export type Consent = {
  readonly text: string
  readonly by: string | undefined
  readonly source: string | undefined
}

/** Puts a card in the place of the one before; with consent it is charged every month. Gives its id. */
export async function replaceCard(
  tx: Tx,
  clock: Clock,
  tenantId: string,
  card: GatewayCard,
  consent: Consent | undefined,
): Promise<{ readonly id: string; readonly formerRef: string | undefined }> {
  const now = clock.now()
  await tx`select 1 from tenant where id = ${tenantId} for share`
  const before = await cardOf(tx, tenantId)
  // The same token again is the same card: what was said before stands, new consent is added.
  const isSame = before?.methodRef === card.methodRef
  const id = isSame ? before.id : newId(clock)
  if (!isSame) {
    await endMandate(tx, clock, tenantId)
    await tx`update payment_method set status = 'replaced' where tenant_id = ${tenantId} and status = 'active'`
    await tx`
      insert into payment_method
        (id, tenant_id, kind, method_ref, brand, last4, exp_month, exp_year, status, created_by, created_at)
      values (${id}, ${tenantId}, 'card', ${card.methodRef}, ${card.brand}, ${card.last4}, ${card.expMonth},
              ${card.expYear}, 'active', ${consent?.by ?? null}, ${now})`
  }
  if (consent && !(isSame && before.mandate)) {
    await tx`
      insert into mandate (id, tenant_id, method_id, consent_text, consented_at, consented_by, source_address)
      values (${newId(clock)}, ${tenantId}, ${id}, ${consent.text}, ${now}, ${consent.by ?? null},
              ${consent.source ?? null})`
  }
  return { id, formerRef: isSame ? undefined : before?.methodRef }
}

/** Withdraws the leave to charge every month; false when there was none. */
export async function endMandate(tx: Tx, clock: Clock, tenantId: string): Promise<boolean> {
  const ended = await tx`
    update mandate set ended_at = ${clock.now()} where tenant_id = ${tenantId} and ended_at is null returning id`
  return ended.length > 0
}

/** The bank sent another card in place of a stored one: the token stays, what is shown of it changes. */
export async function renewCard(tx: Tx, sellerId: string, card: GatewayCard): Promise<readonly string[]> {
  const renewed = await tx<{ tenantId: string }[]>`
    update payment_method
    set brand = ${card.brand}, last4 = ${card.last4}, exp_month = ${card.expMonth}, exp_year = ${card.expYear},
        told_days = null
    where method_ref = ${card.methodRef} and status = 'active'
      and tenant_id in (select id from tenant where parent_id = ${sellerId}) returning tenant_id as "tenantId"`
  return renewed.map(({ tenantId }) => tenantId)
}
