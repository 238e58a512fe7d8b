/**
 * A page on which one card is entered: to be stored, or to pay once. Opened by its holder in the portal, or sent to him
 * as a link that works once: "we can update your card over the phone" means such a link, never a number said aloud.
 */

import { createHash } from 'node:crypto'
import { newId, type Clock, type Micros } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import type { PayerAccount } from '../payer.ts'

export type PaySession = {
  readonly id: string
  readonly tenantId: string
  readonly purpose: 'store' | 'pay'
  readonly accountId: string
  readonly invoiceId: string | null
  readonly amountMicros: Micros | null
  readonly currency: string
  readonly isLink: boolean
  readonly methodRef: string | null
  readonly setupRef: string | null
  readonly hasConsented: boolean
  readonly paymentId: string | null
  readonly createdBy: string | null
  readonly expiresAt: number
  readonly doneAt: number | null
}

const DAY_MS = 86_400_000
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Opens a page for a payer; only the hash of its token is kept. */
export async function openSession(
  tx: Tx,
  clock: Clock,
  wanted: {
    readonly payer: PayerAccount
    readonly token: string
    readonly purpose: 'store' | 'pay'
    readonly invoiceId: string | null
    readonly amountMicros: Micros | null
    readonly isLink: boolean
    readonly createdBy: string | null
    readonly days: number
  },
): Promise<string> {
  const { payer, token, purpose, invoiceId, amountMicros, isLink, createdBy, days } = wanted
  const id = newId(clock)
  const now = clock.now()
  await tx`
    insert into pay_session
      (id, tenant_id, token_hash, purpose, account_id, invoice_id, amount_micros, currency, is_link, created_by,
       created_at, expires_at)
    values
      (${id}, ${payer.tenantId}, ${hashOf(token)}, ${purpose}, ${payer.accountId}, ${invoiceId}, ${amountMicros},
       ${payer.currency}, ${isLink}, ${createdBy}, ${now}, ${now + days * DAY_MS})`
  return id
}

/** The page of a token while it works; `lock` for whoever is about to use it up. */
export async function findSession(tx: Tx, token: string, at: number, lock = false): Promise<PaySession | undefined> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined
  const [found] = await tx<PaySession[]>`
    select id, tenant_id as "tenantId", purpose, account_id as "accountId", invoice_id as "invoiceId",
           amount_micros as "amountMicros", currency, is_link as "isLink", method_ref as "methodRef",
           setup_ref as "setupRef", has_consented as "hasConsented", payment_id as "paymentId",
           created_by as "createdBy", expires_at as "expiresAt", done_at as "doneAt"
    from pay_session where token_hash = ${hashOf(token)} and expires_at > ${at} ${lock ? tx`for update` : tx``}`
  return found
}
