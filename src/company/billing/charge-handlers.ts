/** What the operations on profiles, one-off charges and credit notes do. */

import { ok, type Clock } from '../../base/index.ts'
import { enqueue } from '../../platform/jobs/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import { readCustomer } from '../tenant/index.ts'
import { readProfile, setProfile } from './billing-profile.ts'
import { postingJob } from './billing-jobs.ts'
import type { chargeOperations } from './charge-operations.ts'
import { noAccount } from './errors.ts'
import { chargeOnce } from './invoices/charge-once.ts'
import { creditInvoice } from './invoices/credit-note.ts'

/** Handlers of what is billed beside the months; the ledger is told by a job of the same transaction. */
export function chargeHandlers(clock: Clock): Handlers<typeof chargeOperations> {
  return {
    readBillingProfile: ({ params }, { transaction }) =>
      transaction(async (tx) => {
        const customer = await readCustomer(tx, params.id)
        return customer.ok ? ok({ profile: (await readProfile(tx, params.id)) ?? null }) : customer
      }),
    setBillingProfile: ({ params, body }, { transaction, note }) =>
      transaction(async (tx) => {
        const customer = await readCustomer(tx, params.id)
        if (!customer.ok) return customer
        const before = await readProfile(tx, params.id)
        await setProfile(tx, clock, params.id, body)
        note({ subjectKind: 'billing_profile', subjectId: params.id, before, after: body })
        return ok(body)
      }),
    chargeOnce: ({ params, body }, { at, caller, repeatId, transaction, note }) =>
      transaction(async (tx) => {
        const customer = await readCustomer(tx, params.id)
        if (!customer.ok) return customer
        const createdBy = subjectOf(caller)
        const charge = { ...body, customerId: params.id, occurredAt: at, createdBy, id: repeatId }
        const id = await chargeOnce(tx, clock, charge)
        if (id === undefined) return noAccount
        await enqueue(tx, clock, postingJob, { tenantId: params.id, payload: {}, uniqueKey: 'post' })
        note({ subjectKind: 'customer', subjectId: params.id, after: { charge: body }, reason: body.description })
        return ok({ id })
      }),
    creditInvoice: ({ params, body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const asked = { ...body, invoiceId: params.id, createdBy: subjectOf(caller) }
        const credited = await creditInvoice(tx, clock, asked)
        if (!credited.ok) return credited
        await enqueue(tx, clock, postingJob, { tenantId: caller.tenantId, payload: {}, uniqueKey: 'post' })
        note({ subjectKind: 'invoice', subjectId: params.id, after: { credit: body }, reason: body.reason })
        return credited
      }),
  }
}
