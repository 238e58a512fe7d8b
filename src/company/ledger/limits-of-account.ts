/** Limits of an account as rows: read and replaced by the provider's people; `charge` sees a change within a second. */

import { newId, ok, type Clock, type Failure, type Micros, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { RateClass } from '../rating/index.ts'
import { badLimit, noSuchAccount } from './errors.ts'

export type Budget = {
  readonly name: string
  readonly classes: readonly RateClass[]
  /** Null: the calendar day of the customer's zone. */
  readonly windowHours: number | null
  readonly amountMicros: Micros
}

export type AccountLimits = {
  readonly accountId: string
  readonly prepaid: boolean
  readonly creditLimitMicros: Micros
  readonly callsMax: number
  readonly budgets: readonly (Budget & { readonly zone: string })[]
}

/** The limits of an account in the caller's scope; undefined when there is no such account. */
export async function readLimits(tx: Tx, accountId: string): Promise<AccountLimits | undefined> {
  const [account] = await tx<Omit<AccountLimits, 'budgets'>[]>`
    select id as "accountId", prepaid, credit_limit_micros as "creditLimitMicros", calls_max as "callsMax"
    from account where id = ${accountId} and kind in ('customer', 'wholesale')`
  if (!account) return undefined
  const budgets = await tx<(Budget & { zone: string })[]>`
    select name, classes, window_hours as "windowHours", amount_micros as "amountMicros", zone
    from account_limit where account_id = ${accountId} order by name`
  return { ...account, budgets }
}

export type NewLimits = {
  readonly accountId: string
  readonly creditLimitMicros?: Micros | undefined
  readonly prepaid?: boolean | undefined
  readonly callsMax?: number | undefined
  /** Replaces the list; undefined leaves it. */
  readonly budgets?: readonly Budget[] | undefined
  /** Of days, when the account's owner has no zone of his own. */
  readonly zone: string
  readonly createdBy: string
}

/** Sets limits and gives all of them as they are then. */
export async function setLimits(
  tx: Tx,
  clock: Clock,
  given: NewLimits,
): Promise<Result<AccountLimits, Failure<'ledger.no_such_account' | 'ledger.bad_limit'>>> {
  const before = await readLimits(tx, given.accountId)
  if (!before) return noSuchAccount
  const prepaid = given.prepaid ?? before.prepaid
  const credit = given.creditLimitMicros ?? (prepaid ? 0n : before.creditLimitMicros)
  if (credit < 0n) return badLimit('a limit is not negative')
  if (prepaid && credit > 0n) return badLimit('an account that is paid in advance has no credit')
  const names = new Set(given.budgets?.map(({ name }) => name))
  if (given.budgets && names.size < given.budgets.length) return badLimit('each budget has a name of its own')
  if (given.budgets?.some(({ amountMicros }) => amountMicros < 0n)) return badLimit('a limit is not negative')
  await tx`
    update account set prepaid = ${prepaid}, credit_limit_micros = ${credit},
           calls_max = ${given.callsMax ?? before.callsMax} where id = ${given.accountId}`
  if (given.budgets) await replaceBudgets(tx, clock, given, given.budgets)
  return ok((await readLimits(tx, given.accountId))!)
}

async function replaceBudgets(tx: Tx, clock: Clock, given: NewLimits, budgets: readonly Budget[]): Promise<void> {
  const { accountId, zone, createdBy } = given
  await tx`delete from account_limit where account_id = ${accountId}`
  for (const { name, classes, windowHours, amountMicros } of budgets) {
    await tx`
      insert into account_limit (id, tenant_id, account_id, name, classes, window_hours, amount_micros, zone,
                                 created_by, created_at)
      select ${newId(clock)}, account.tenant_id, account.id, ${name}, ${[...classes]}::text[], ${windowHours},
             ${amountMicros}, coalesce(customer.zone, ${zone}), ${createdBy}, ${clock.now()}
      from account left join customer on customer.tenant_id = account.tenant_id where account.id = ${accountId}`
  }
}
