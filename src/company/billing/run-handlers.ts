/** What the operations on policies, taxes and runs do. */

import { epochMsToLocal, ok, type Clock } from '../../base/index.ts'
import { enqueue } from '../../platform/jobs/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { billingJob } from './billing-jobs.ts'
import { noSeller, noSuchRun, notOver } from './errors.ts'
import { approveRun, listRuns } from './invoices/list-runs.ts'
import { readSellers, registerTax, setPolicy, type Seller } from './policy.ts'
import type { policyOperations, runOperations } from './run-operations.ts'
import { ratesOn, registeredAs } from './tax/canadian-taxes.ts'

const provinces = ['AB', 'BC', 'MB', 'NB', 'NL', 'NS', 'NT', 'NU', 'ON', 'PE', 'QC', 'SK', 'YT']

async function ownSeller(tx: Tx, tenantId: string): Promise<Seller | undefined> {
  return (await readSellers(tx, tenantId))[0]
}

/** Handlers of policies and taxes. */
export function policyHandlers(clock: Clock): Handlers<typeof policyOperations> {
  return {
    async readBillingPolicy(_, { caller, transaction }) {
      const seller = await transaction((tx) => ownSeller(tx, caller.tenantId))
      return seller ? ok(seller.policy) : noSeller
    },
    changeBillingPolicy: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const seller = await ownSeller(tx, caller.tenantId)
        if (!seller) return noSeller
        await setPolicy(tx, clock, seller.id, body)
        note({ subjectKind: 'billing_policy', subjectId: seller.id, before: seller.policy, after: body })
        return ok(body)
      }),
    async listTaxes({ query }, { at, caller, transaction }) {
      const seller = await transaction((tx) => ownSeller(tx, caller.tenantId))
      if (!seller) return noSeller
      const day = query.day ?? epochMsToLocal(at, seller.policy.zone).slice(0, 10)
      const rates = provinces.flatMap((region) =>
        ratesOn(region, day).map((rate) => {
          const { tax, ratePpm, validFrom } = rate
          const registration = seller.registrations.get(registeredAs(rate)) ?? null
          return { region, tax, ratePpm, validFrom, registration }
        }),
      )
      return ok({ day, rates })
    },
    registerTax: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const seller = await ownSeller(tx, caller.tenantId)
        if (!seller) return noSeller
        await registerTax(tx, clock, seller.id, body)
        note({ subjectKind: 'tax_registration', subjectId: seller.id, after: body })
        return ok(body)
      }),
  }
}

/** Handlers of billing runs; what they ask for is done by a job. */
export function runHandlers(clock: Clock): Handlers<typeof runOperations> {
  return {
    async listBillingRuns(_, { transaction }) {
      const runs = await transaction(listRuns)
      return ok({ items: runs.map((run) => ({ ...run, totals: [...run.totals] })) })
    },
    startBillingRun: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const seller = await ownSeller(tx, caller.tenantId)
        if (!seller) return noSeller
        const { day, kind } = body
        if (epochMsToLocal(clock.now(), seller.policy.zone).slice(0, 10) < day) return notOver(day)
        const payload = { sellerId: seller.id, day, kind }
        await enqueue(tx, clock, billingJob, { tenantId: seller.id, payload, uniqueKey: `${day} ${kind}` })
        note({ subjectKind: 'billing_run', subjectId: seller.id, after: body })
        return ok({ queued: true as const })
      }),
    approveBillingRun: ({ params }, { at, caller, transaction, note }) =>
      transaction(async (tx) => {
        const run = (await listRuns(tx)).find((one) => one.id === params.id)
        if (!run || !(await approveRun(tx, params.id, at, subjectOf(caller)))) return noSuchRun
        const payload = { sellerId: run.sellerId, day: run.periodTo, kind: run.kind }
        const uniqueKey = `${run.periodTo} ${run.kind} approved`
        await enqueue(tx, clock, billingJob, { tenantId: run.sellerId, payload, uniqueKey })
        note({ subjectKind: 'billing_run', subjectId: params.id, after: { approved: true } })
        return ok({ queued: true as const })
      }),
  }
}
