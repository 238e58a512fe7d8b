/** What the operation on how far somebody has come does: it asks for facts, and nobody ticks anything. */

import { ok, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Handlers, OutputOf } from '../../platform/http/index.ts'
import { audienceOf, type Caller, type Permission } from '../../platform/identity/index.ts'
import type { setupOperations } from './setup-operations.ts'

type Setup = OutputOf<typeof setupOperations.readSetup>
type StepName = Setup['steps'][number]['step']

/** The steps of each audience, in the order in which they are done, and the right that each takes. */
const stepsOf: Readonly<Record<ReturnType<typeof audienceOf>, readonly (readonly [StepName, Permission])[]>> = {
  customer: [
    ['secured', 'calls.read'],
    ['address', 'numbers.read'],
    ['card', 'accounts.read'],
    ['users', 'logins.write'],
    ['phone', 'extensions.read'],
    ['call', 'calls.read'],
  ],
  partner: [
    ['secured', 'calls.read'],
    ['brand', 'brands.write'],
    ['decks', 'catalog.read'],
    ['users', 'logins.write'],
    ['customer', 'customers.read'],
    ['call', 'calls.read'],
  ],
  provider: [
    ['secured', 'calls.read'],
    ['carrier', 'carriers.read'],
    ['number', 'numbers.read'],
    ['decks', 'catalog.read'],
    ['brand', 'brands.write'],
    ['customer', 'customers.read'],
  ],
}

type Facts = Readonly<Record<StepName, boolean>>

async function factsOf(tx: Tx, { tenantId, loginId }: Caller, at: number): Promise<Facts> {
  const own = loginId ?? tenantId
  const [facts] = await tx<Facts[]>`
    select exists (select from passkey where login_id = ${own})
             or exists (select from one_time_code where login_id = ${own} and confirmed_at is not null) as secured,
           exists (select from phone_number where status = 'active') and not exists (
             select from phone_number number where number.status = 'active' and number.kind = 'did' and not exists (
               select from emergency_address place
               where place.phone_number_id = number.id and place.status = 'active')) as address,
           exists (select from payment_method where tenant_id = ${tenantId} and status = 'active') as card,
           (select count(*) > 1 from login where tenant_id = ${tenantId}) as users,
           exists (select from registration where expires_at > ${at}) as phone,
           exists (select from cdr) as call,
           exists (select from brand where tenant_id = ${tenantId} and logo_sha256 is not null) as brand,
           exists (select from rate_deck where tenant_id = ${tenantId} and active_version_id is not null) as decks,
           exists (select from customer) as customer,
           exists (select from carrier where status = 'active') as carrier,
           exists (select from phone_number where status = 'active') as number`
  return facts!
}

type AlertRow = {
  readonly credit: number
  readonly suspended: number
  readonly noAddress: number
  readonly overdue: number
  readonly deadJobs: number
}

/** Four fifths of a limit: what is left may not last until somebody looks again. */
const CREDIT_NEAR_PERCENT = 80

async function alertsOf(tx: Tx, { permissions }: Caller): Promise<Setup['alerts']> {
  const [row] = await tx<AlertRow[]>`
    select (select count(*)::int from account join account_balance balance on balance.account_id = account.id
            where account.credit_limit_micros > 0
              and balance.balance_micros * 100 >= account.credit_limit_micros * ${CREDIT_NEAR_PERCENT}) as credit,
           (select count(*)::int from customer where status = 'suspended') as suspended,
           (select count(*)::int from phone_number number
            where number.status = 'active' and number.kind = 'did' and not exists (
              select from emergency_address place
              where place.phone_number_id = number.id and place.status = 'active')) as "noAddress",
           (select count(*)::int from invoice where status = 'overdue') as overdue,
           (select count(*)::int from job where state = 'dead') as "deadJobs"`
  const { credit, suspended, noAddress, overdue, deadJobs } = row!
  const all: readonly (readonly [Setup['alerts'][number]['alert'], number, Permission])[] = [
    ['credit', credit, 'accounts.read'],
    ['overdue', overdue, 'accounts.read'],
    ['suspended', suspended, 'accounts.read'],
    ['no_address', noAddress, 'numbers.read'],
    ['dead_jobs', deadJobs, 'jobs.read'],
  ]
  return all.flatMap(([alert, count, needs]) => (count > 0 && permissions.has(needs) ? [{ alert, count }] : []))
}

/** Handlers of how far somebody has come. */
export function setupHandlers(clock: Clock): Handlers<typeof setupOperations> {
  return {
    readSetup: (_, { caller, transaction }) =>
      transaction(async (tx) => {
        if (caller.role === 'phone_user') return ok({ steps: [], alerts: [] })
        const facts = await factsOf(tx, caller, clock.now())
        const steps = stepsOf[audienceOf(caller.role)]
          .filter(([, needs]) => caller.permissions.has(needs))
          .map(([step]) => ({ step, isDone: facts[step] }))
        return ok({ steps, alerts: await alertsOf(tx, caller) })
      }),
  }
}
