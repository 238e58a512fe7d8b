/** What the operations of retention do. */

import { ok, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import { noSuchCustomer } from './errors.ts'
import { defaultRetention } from './kept-until.ts'
import type { retentionOperations } from './retention-operations.ts'

type Policy = { readonly callDays: number; readonly ladderDays: number }
type Hold = { customerId: string; customerName: string; reason: string; setAt: number }

/** Handlers of retention. */
export function retentionHandlers(clock: Clock): Handlers<typeof retentionOperations> {
  return {
    readRetention: (_, { caller, transaction }) =>
      transaction(async (tx) => {
        const own = await policyOf(tx, caller.tenantId)
        const holds = await tx<Hold[]>`
          select hold.tenant_id as "customerId", tenant.name as "customerName", reason, set_at as "setAt"
          from retention_hold as hold join tenant on tenant.id = hold.tenant_id
          order by set_at desc limit 500`
        return ok({ ...(own ?? defaultRetention), isOwn: own !== undefined, holds: [...holds] })
      }),
    setRetention: ({ body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        const before = await policyOf(tx, caller.tenantId)
        await tx`
          insert into retention_policy (tenant_id, call_days, ladder_days, set_by, set_at)
          values (${caller.tenantId}, ${body.callDays}, ${body.ladderDays}, ${subjectOf(caller) ?? null},
                  ${clock.now()})
          on conflict (tenant_id) do update
          set call_days = excluded.call_days, ladder_days = excluded.ladder_days, set_by = excluded.set_by,
              set_at = excluded.set_at`
        note({ subjectKind: 'tenant', subjectId: caller.tenantId, before: before ?? defaultRetention, after: body })
        return ok({})
      }),
    holdCalls: ({ params, body }, { caller, transaction, note }) =>
      transaction(async (tx) => {
        if (!(await isCustomer(tx, params.id))) return noSuchCustomer
        await tx`
          insert into retention_hold (tenant_id, reason, set_by, set_at)
          values (${params.id}, ${body.reason}, ${subjectOf(caller) ?? null}, ${clock.now()})
          on conflict (tenant_id) do update set reason = excluded.reason`
        note({ subjectKind: 'customer', subjectId: params.id, after: { retentionHold: true }, reason: body.reason })
        return ok({})
      }),
    releaseCalls: ({ params }, { transaction, note }) =>
      transaction(async (tx) => {
        if (!(await isCustomer(tx, params.id))) return noSuchCustomer
        await tx`delete from retention_hold where tenant_id = ${params.id}`
        note({ subjectKind: 'customer', subjectId: params.id, after: { retentionHold: false } })
        return ok({})
      }),
  }
}

async function policyOf(tx: Tx, tenantId: string): Promise<Policy | undefined> {
  const [row] = await tx<Policy[]>`
    select call_days as "callDays", ladder_days as "ladderDays" from retention_policy where tenant_id = ${tenantId}`
  return row
}

async function isCustomer(tx: Tx, tenantId: string): Promise<boolean> {
  return (await tx`select from customer where tenant_id = ${tenantId}`).length > 0
}
