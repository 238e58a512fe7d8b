/** A card of the processor as payments see it. */

import type { Stripe } from 'stripe'
import type { CardBrand, GatewayCard } from '../../company/billing/index.ts'

const schemes: ReadonlySet<string> = new Set(['visa', 'mastercard', 'amex', 'discover', 'diners', 'jcb', 'unionpay'])

/** What may be shown of a card; a debit card of Visa is a brand of its own to people. */
export function cardOf({ id, card }: Pick<Stripe.PaymentMethod, 'id' | 'card'>): GatewayCard {
  const scheme = card?.brand ?? 'other'
  const isDebit = scheme === 'visa' && card?.funding === 'debit'
  const brand = isDebit ? 'visa_debit' : schemes.has(scheme) ? (scheme as CardBrand) : 'other'
  return {
    methodRef: id,
    brand,
    last4: card?.last4 ?? '',
    expMonth: card?.exp_month ?? 0,
    expYear: card?.exp_year ?? 0,
  }
}
