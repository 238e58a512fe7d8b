/** The invoices that a history would produce: the functions of a billing run, month after month, nothing stored. */

import { fail, ok, parseMicros, type Failure, type Micros, type Result } from '../../../base/index.ts'
import { askTaxes } from '../tax/ask-taxes.ts'
import type { TaxProvider } from '../tax/provider.ts'
import type { InvoiceLine, InvoiceTax } from '../tables.ts'
import type { BilledRange, BilledSubscription } from './bill-subscription.ts'
import { cycleAfter, cycleBefore, cycleOf, type Cycle } from './cycle.ts'
import { draftLines, totalsOf, type OneOff, type UsageGroup } from './draft-invoice.ts'
import { startOf } from './due-accounts.ts'

export type BillingHistory = {
  readonly currency: string
  readonly zone: string
  readonly billDay: number
  readonly country: string
  readonly region: string
  readonly taxExempt: string | null
  readonly from: string
  readonly to: string
  readonly subscriptions: readonly {
    readonly id?: string | undefined
    readonly description: string
    readonly startedOn: string
    readonly endedOn: string | null
    readonly endKnownOn?: string | undefined
    readonly monthly: string
    readonly setup: string
    readonly proration: 'days' | 'thirty'
    readonly creditsUnused: boolean
    readonly taxCode: string
  }[]
  readonly usage: readonly {
    readonly answeredAt: number
    readonly amount: string
    readonly destination: string
    readonly class: string
    readonly seconds: number
  }[]
  readonly oneOffs: readonly {
    readonly day: string
    readonly description: string
    readonly amount: string
    readonly taxCode: string
  }[]
}

export type SimulatedInvoice = {
  readonly date: string
  readonly periodFrom: string
  readonly periodTo: string
  readonly windowFrom: number
  readonly windowTo: number
  readonly lines: readonly InvoiceLine[]
  readonly taxes: readonly InvoiceTax[]
  readonly usageMicros: Micros
  readonly roundingMicros: Micros
  readonly netMicros: Micros
  readonly taxMicros: Micros
  readonly totalMicros: Micros
}

type SimulationFailure = Failure<'billing.bad_history' | 'billing.no_tax_rates'>

const CYCLES_MAX = 120

/** Every invoice from the first activation on, of which those of the asked range are given. */
export async function simulateBilling(
  history: BillingHistory,
  taxes: readonly TaxProvider[],
): Promise<Result<readonly SimulatedInvoice[], SimulationFailure>> {
  const { from, to, billDay } = history
  if (from >= to) return fail('billing.bad_history', 'the range ends before it begins')
  for (const { startedOn, endedOn } of history.subscriptions) {
    if (endedOn !== null && endedOn < startedOn) {
      return fail('billing.bad_history', `a subscription ends on ${endedOn}, before it begins on ${startedOn}`)
    }
  }
  const state = history.subscriptions.map((): State => ({ isActivated: false, billed: [] }))
  const first = history.subscriptions.reduce((day, one) => (one.startedOn < day ? one.startedOn : day), from)
  const invoices: SimulatedInvoice[] = []
  let ahead = cycleOf(first, billDay)
  if (ahead.from < first) ahead = cycleAfter(ahead, billDay)
  for (let count = 0; ahead.from < to; count++, ahead = cycleAfter(ahead, billDay)) {
    if (count > CYCLES_MAX) return fail('billing.bad_history', `more than ${CYCLES_MAX} months are too many`)
    const made = await invoiceOf(history, state, ahead, taxes)
    if (!made.ok) return made
    if (ahead.from >= from) invoices.push(made.value)
  }
  return ok(invoices)
}

type State = { isActivated: boolean; readonly billed: BilledRange[] }

async function invoiceOf(
  history: BillingHistory,
  state: readonly State[],
  ahead: Cycle,
  taxes: readonly TaxProvider[],
): Promise<Result<SimulatedInvoice, SimulationFailure>> {
  const { billDay, zone, country, region, taxExempt: exempt } = history
  const behind = cycleBefore(ahead, billDay)
  const [windowFrom, windowTo] = [startOf(behind.from, zone), startOf(ahead.from, zone)]
  const subscriptions = history.subscriptions.map((one, at): BilledSubscription => {
    const known = one.endKnownOn ?? one.endedOn
    const endedOn = known !== null && known <= ahead.from ? one.endedOn : null
    return {
      id: one.id ?? String(at),
      description: one.description,
      startedOn: one.startedOn,
      endedOn,
      monthlyMicros: amountOf(one.monthly),
      setupMicros: amountOf(one.setup),
      proration: one.proration,
      creditsUnused: one.creditsUnused,
      taxCode: one.taxCode,
      isActivated: state[at]!.isActivated,
      billed: state[at]!.billed,
    }
  })
  const oneOffs = history.oneOffs.flatMap(({ day, description, amount, taxCode }, at): OneOff[] =>
    day >= behind.from && day < ahead.from
      ? [{ id: String(at), day, description, taxCode, amountMicros: amountOf(amount) }]
      : [],
  )
  const usage = groupsOf(history.usage.filter((one) => one.answeredAt >= windowFrom && one.answeredAt < windowTo))
  const drafted = draftLines({ ahead, billDay, subscriptions, usage, oneOffs, corrections: [] })
  remember(history, state, drafted.lines)
  const question = { invoiceId: ahead.from, day: ahead.from, country, region, exempt, amounts: drafted.amounts }
  const [answer] = await askTaxes(taxes, [{ ...question, registrations: new Map() }])
  if (!answer!.ok) return fail('billing.no_tax_rates', answer!.failure.message)
  const { lines, usageMicros, roundingMicros, netMicros } = drafted
  return ok({
    date: ahead.from,
    periodFrom: behind.from,
    periodTo: ahead.from,
    windowFrom,
    windowTo,
    lines,
    taxes: answer!.value,
    usageMicros,
    roundingMicros,
    netMicros,
    ...totalsOf(netMicros, answer!.value),
  })
}

/** What was billed is not billed again. */
function remember(history: BillingHistory, state: readonly State[], lines: readonly InvoiceLine[]): void {
  const places = new Map(history.subscriptions.map((one, at) => [one.id ?? String(at), at]))
  for (const { subscriptionId, kind, fromDay, toDay } of lines) {
    if (subscriptionId === null) continue
    const mine = state[places.get(subscriptionId)!]!
    if (kind === 'activation') mine.isActivated = true
    else mine.billed.push({ from: fromDay!, to: toDay!, isCredit: kind === 'credit' })
  }
}

function amountOf(decimal: string): Micros {
  const read = parseMicros(decimal)
  return read.ok ? read.value : 0n
}

function groupsOf(usage: BillingHistory['usage']): readonly UsageGroup[] {
  const groups = Map.groupBy(usage, (one) => `${one.class}\n${one.destination}`)
  return [...groups.keys()].toSorted().map((key): UsageGroup => {
    const calls = groups.get(key)!
    return {
      class: calls[0]!.class,
      destination: calls[0]!.destination,
      calls: BigInt(calls.length),
      seconds: calls.reduce((sum, one) => sum + BigInt(one.seconds), 0n),
      chargeMicros: calls.reduce((sum, one) => sum + amountOf(one.amount), 0n),
    }
  })
}
