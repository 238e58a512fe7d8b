/** What the operations on subscriptions do. */

import { epochMsToLocal, ok, type Clock, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { linesOfService, removeService } from '../numbers/index.ts'
import { readCustomer } from '../tenant/index.ts'
import { badEnd, noSuchSubscription } from './errors.ts'
import { billSubscription } from './invoices/bill-subscription.ts'
import { cycleAfter, cycleOf } from './invoices/cycle.ts'
import { readInputs } from './invoices/read-inputs.ts'
import type { subscriptionOperations } from './subscription-operations.ts'

/** Handlers of subscriptions. */
export function subscriptionHandlers(clock: Clock): Handlers<typeof subscriptionOperations> {
  return {
    listSubscriptions: ({ params }, { transaction }) =>
      transaction(async (tx) => {
        const customer = await readCustomer(tx, params.id)
        return customer.ok ? ok({ items: await readSubscriptions(tx, params.id) }) : customer
      }),
    endSubscription: ({ params, body }, { at, transaction, note }) =>
      transaction(async (tx) => {
        const [line] = await linesOfService(tx, params.id)
        const terms = line && (await readTerms(tx, params.id))
        if (!terms) return noSuchSubscription
        const today = epochMsToLocal(at, terms.zone).slice(0, 10)
        const asked = body.endedOn ?? today
        if (asked < today) return badEnd(today)
        const stopsOn = asked < terms.startedOn ? terms.startedOn : asked
        const ids = (await linesOfService(tx, params.id)).map(({ subscriptionId }) => subscriptionId)
        const creditMicros = await creditOf(tx, { ...terms, ids, stopsOn, today, at: clock.now() })
        if (!body.isPreview) {
          await removeService(tx, params.id, stopsOn)
          note({ subjectKind: 'subscription', subjectId: params.id, after: { endedOn: stopsOn, lines: ids.length } })
        }
        return ok({ stopsOn, lines: ids.length, currency: terms.currency, creditMicros })
      }),
  }
}

type Terms = {
  readonly tenantId: string
  readonly accountId: string
  readonly startedOn: string
  readonly currency: string
  readonly zone: string
  readonly billDay: number
}

async function readTerms(tx: Tx, id: string): Promise<Terms | undefined> {
  const [terms] = await tx<Terms[]>`
    select subscription.tenant_id as "tenantId", account.id as "accountId", started_on as "startedOn",
           subscription.currency, customer.zone, coalesce(profile.bill_day, 1)::int as "billDay"
    from subscription
    join customer on customer.tenant_id = subscription.tenant_id
    join account on account.tenant_id = subscription.tenant_id and account.kind = 'customer'
    left join billing_profile as profile on profile.tenant_id = subscription.tenant_id
    where subscription.id = ${id}`
  return terms
}

/** What the next invoice gives back when the lines end on a day: the same function as that invoice. */
async function creditOf(
  tx: Tx,
  asked: Terms & { readonly ids: readonly string[]; readonly stopsOn: string; today: string; at: number },
): Promise<Micros> {
  const { tenantId, accountId, zone, billDay, ids, stopsOn, today, at } = asked
  const ahead = cycleAfter(cycleOf(today, billDay), billDay)
  const header = { id: tenantId, tenantId, accountId, kind: 'customer' as const, zone, windowFrom: at, windowTo: at }
  const inputs = (await readInputs(tx, [{ ...header, periodFrom: today, periodTo: ahead.from }])).get(tenantId)!
  const mine = inputs.subscriptions.filter(({ id }) => ids.includes(id))
  return mine
    .flatMap((one) => billSubscription({ ...one, endedOn: stopsOn }, ahead, billDay))
    .reduce((sum, line) => (line.kind === 'credit' ? sum + line.amountMicros : sum), 0n)
}

function readSubscriptions(tx: Tx, customerId: string) {
  return tx<
    {
      id: string
      customerId: string
      service: string
      kind: 'extension' | 'device' | 'number' | 'trunk'
      startedOn: string
      endedOn: string | null
      monthlyMicros: Micros
      setupMicros: Micros
      currency: string
      exemptReason: string | null
    }[]
  >`
    select subscription.id, subscription.tenant_id as "customerId", product.name as service, product.kind,
           started_on as "startedOn", ended_on as "endedOn", subscription.monthly_micros as "monthlyMicros",
           subscription.setup_micros as "setupMicros", subscription.currency, exempt_reason as "exemptReason"
    from subscription join product on product.id = subscription.product_id
    where subscription.tenant_id = ${customerId} order by started_on, subscription.id`
}
