/** Doors to card processors: the interface of payments, spoken in each processor's own words. */
export { openStripe, type StripeSettings } from './open-stripe.ts'
