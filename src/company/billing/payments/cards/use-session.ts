/** What happens when a card was entered on a page: it is looked at, stored or charged, and the page is used up. */

import { ok, type Failure, type Result } from '../../../../base/index.ts'
import { brandOf } from '../../../tenant/index.ts'
import { brandRefused, declined, gatewayAway, linkGone, noAccount, noGateway, tooManyAttempts } from '../errors.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { payerOf, type PayerAccount } from '../payer.ts'
import { policyOf } from '../policy.ts'
import { advancePayment } from './advance-payment.ts'
import { chargeOpenInvoices } from './autopay.ts'
import { createPayment } from './create-payment.ts'
import { customerRefOf } from './customer-ref.ts'
import type { CardGateway, GatewayCard, IntentState } from './gateway.ts'
import { consentTextOf, replaceCard } from './methods.ts'
import { findSession, type PaySession } from './pay-session.ts'
import { isWithinCaps } from './retry-plan.ts'

export type Used =
  | { readonly status: 'done' }
  /** The cardholder confirms at his bank, then the page asks again. */
  | { readonly status: 'action'; readonly clientSecret: string }

type Opened = {
  readonly session: PaySession
  readonly payer: PayerAccount
  readonly gateway: CardGateway
  readonly accepted: readonly string[]
  readonly brandName: string
}

/** A page that works, with everything that it needs. */
export async function openedSession(parts: PaymentParts, token: string): Promise<Result<Opened, Failure>> {
  const found = await inHouse(parts, async (tx) => {
    const session = await findSession(tx, token, parts.clock.now())
    const payer = session && (await payerOf(tx, session.tenantId))
    if (!session || !payer) return undefined
    const { acceptedCards } = await policyOf(tx, payer.sellerId)
    const brand = await brandOf(tx, payer.tenantId)
    return { session, payer, accepted: acceptedCards, brandName: brand?.name ?? '' }
  })
  if (!found || found.session.doneAt !== null) return linkGone
  const gateway = await parts.gatewayOf(found.payer.sellerId)
  return gateway ? ok({ ...found, gateway }) : noGateway
}

/** Takes the token that the card fields made of a card. */
export async function useCard(
  parts: PaymentParts,
  token: string,
  given: { readonly methodRef: string; readonly hasConsented: boolean; readonly source: string },
): Promise<Result<Used, Failure>> {
  const opened = await openedSession(parts, token)
  if (!opened.ok) return opened
  const { gateway, accepted, session } = opened.value
  const card = await gateway.readCard(given.methodRef)
  if (!card.ok) return card.failure.code === 'gateways.refused' ? card : gatewayAway
  if (!accepted.includes(card.value.brand)) return brandRefused(card.value.brand)
  await inHouse(
    parts,
    (tx) => tx`
      update pay_session set method_ref = ${given.methodRef}, has_consented = ${given.hasConsented}
      where id = ${session.id} and done_at is null`,
  )
  return session.purpose === 'store'
    ? store(parts, opened.value, card.value, given)
    : pay(parts, opened.value, card.value)
}

/** The cardholder came back from his bank. */
export async function checkSession(parts: PaymentParts, token: string, source: string): Promise<Result<Used, Failure>> {
  const opened = await openedSession(parts, token)
  if (!opened.ok) return opened
  const { session, gateway } = opened.value
  if (session.purpose === 'pay') {
    if (session.paymentId === null) return linkGone
    return paid(parts, session, await advancePayment(parts, session.paymentId))
  }
  if (session.setupRef === null) return linkGone
  const state = await gateway.readSetup(session.setupRef)
  if (!state.ok) return gatewayAway
  return stored(parts, opened.value, state.value, { hasConsented: session.hasConsented, source })
}

async function store(
  parts: PaymentParts,
  opened: Opened,
  { methodRef }: GatewayCard,
  given: { readonly hasConsented: boolean; readonly source: string },
): Promise<Result<Used, Failure>> {
  const { gateway, session, payer } = opened
  const customer = await customerRefOf(parts, gateway, payer)
  if (!customer.ok) return gatewayAway
  const key = `store-${session.id}-${methodRef}`
  const state = await gateway.storeCard({ key, customerRef: customer.value, methodRef })
  if (!state.ok) return state.failure.code === 'gateways.refused' ? state : gatewayAway
  await inHouse(parts, (tx) => tx`update pay_session set setup_ref = ${state.value.ref} where id = ${session.id}`)
  return stored(parts, opened, state.value, given)
}

async function stored(
  parts: PaymentParts,
  { session, gateway, brandName, payer }: Opened,
  state: IntentState,
  given: { readonly hasConsented: boolean; readonly source: string },
): Promise<Result<Used, Failure>> {
  if (state.status === 'action') return ok({ status: 'action', clientSecret: state.clientSecret })
  if (state.status !== 'succeeded' || !state.card) {
    return declined(state.decline?.message ?? 'The card could not be stored.', state.decline?.code ?? 'not_stored')
  }
  const card = state.card
  const consent = given.hasConsented
    ? { text: consentTextOf(brandName), by: session.createdBy ?? undefined, source: given.source }
    : undefined
  const { clock } = parts
  const replaced = await inHouse(parts, async (tx) => {
    const used = await tx`
      update pay_session set done_at = ${clock.now()} where id = ${session.id} and done_at is null returning id`
    return used.length === 0 ? undefined : replaceCard(tx, clock, session.tenantId, card, consent)
  })
  if (replaced?.formerRef !== undefined) await gateway.forgetCard(replaced.formerRef)
  // "On update retry all open invoices once", at once.
  if (replaced && consent) await chargeOpenInvoices(parts, payer.tenantId)
  return ok({ status: 'done' })
}

async function pay(
  parts: PaymentParts,
  { session, payer }: Opened,
  { brand, methodRef }: GatewayCard,
): Promise<Result<Used, Failure>> {
  const { clock } = parts
  const made = await inHouse(parts, async (tx): Promise<Result<string, Failure>> => {
    const locked = await tx<{ paymentId: string | null; attempts: number[] | null }[]>`
      select payment_id as "paymentId" from pay_session where id = ${session.id} for update`
    const last = locked[0]!.paymentId
    // A card that was refused makes room for another attempt; anything else is gone on with.
    if (last !== null) {
      const [open] = await tx<{ status: string }[]>`select status from payment where id = ${last}`
      if (open!.status !== 'failed' && open!.status !== 'canceled') return ok(last)
    }
    const tried = await tx<{ at: number }[]>`
      select created_at as at from payment where tenant_id = ${payer.tenantId} and method = 'card' limit 100`
    if (
      !isWithinCaps(
        brand,
        tried.map(({ at }) => at),
        clock.now(),
      )
    )
      return tooManyAttempts(brand)
    const { amountMicros, invoiceId, createdBy } = session
    const id = await createPayment(tx, clock, {
      payer,
      amountMicros: amountMicros!,
      invoiceId,
      methodId: null,
      origin: 'manual',
      attempt: 1,
      createdBy,
    })
    await tx`update pay_session set payment_id = ${id!} where id = ${session.id}`
    return ok(id!)
  })
  if (!made.ok) return made
  return paid(parts, session, await advancePayment(parts, made.value, methodRef))
}

async function paid(
  parts: PaymentParts,
  session: PaySession,
  advanced: Awaited<ReturnType<typeof advancePayment>>,
): Promise<Result<Used, Failure>> {
  if (!advanced.ok) return advanced.failure.code === 'payments.no_account' ? noAccount : advanced
  const { payment, clientSecret } = advanced.value
  if (clientSecret !== undefined) return ok({ status: 'action', clientSecret })
  if (payment.status === 'failed') {
    return declined(payment.declineText ?? 'The bank refused the payment.', payment.declineCode ?? 'declined')
  }
  if (['received', 'posted', 'processing'].includes(payment.status)) {
    await inHouse(parts, (tx) => tx`update pay_session set done_at = ${parts.clock.now()} where id = ${session.id}`)
    return ok({ status: 'done' })
  }
  return gatewayAway
}
