/**
 * "Typically, credit limits are set to cover 2-3 billing cycles to account for delayed payments": what a month is
 * expected to cost, the limit that follows from it, and whether the one that is set lies outside.
 */

import { divideRounded, type Micros } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { payerOf } from '../payer.ts'

export type LimitAdvice = {
  readonly accountId: string
  readonly currency: string
  readonly creditLimitMicros: Micros
  /** Fees of a month and the usual usage, with tax as it was on the last invoices. */
  readonly expectedMonthlyMicros: Micros
  /** 2.5 months, in whole units of ten. */
  readonly recommendedMicros: Micros
  /** How many tenths of an expected month the limit covers; null when nothing is expected. */
  readonly coversTenths: number | null
  readonly verdict: 'fits' | 'too_low' | 'too_high' | 'unknown'
}

const STEP_MICROS = 10_000_000n
const INVOICES = 3

/** From what a month is expected to cost; pure. */
export function adviseLimit(expectedMonthlyMicros: Micros, creditLimitMicros: Micros) {
  if (expectedMonthlyMicros <= 0n) {
    return { recommendedMicros: creditLimitMicros, coversTenths: null, verdict: 'unknown' as const }
  }
  const recommendedMicros = divideRounded(expectedMonthlyMicros * 5n, 2n * STEP_MICROS, 'up') * STEP_MICROS
  const verdict =
    creditLimitMicros < 2n * expectedMonthlyMicros
      ? ('too_low' as const)
      : creditLimitMicros > 3n * expectedMonthlyMicros && creditLimitMicros > recommendedMicros
        ? ('too_high' as const)
        : ('fits' as const)
  const coversTenths = Number((creditLimitMicros * 10n) / expectedMonthlyMicros)
  return { recommendedMicros, coversTenths, verdict }
}

/** The advice for a customer; undefined when he has no account in sight. */
export async function limitAdvice(tx: Tx, tenantId: string, today: string): Promise<LimitAdvice | undefined> {
  const payer = await payerOf(tx, tenantId)
  if (!payer) return undefined
  const { accountId, currency, creditLimitMicros } = payer
  const [fees] = await tx<{ micros: Micros }[]>`
    select coalesce(sum(monthly_micros), 0)::bigint as micros from subscription
    where tenant_id = ${tenantId} and currency = ${currency} and started_on <= ${today}::text::date
      and (ended_on is null or ended_on > ${today}::text::date)`
  const invoices = await tx<{ usageMicros: Micros }[]>`
    select usage_micros as "usageMicros" from invoice
    where account_id = ${accountId} and status not in ('draft', 'void') order by period_to desc limit ${INVOICES}`
  const usage = invoices.reduce((sum, { usageMicros }) => sum + usageMicros, 0n)
  const usual = invoices.length > 0 ? divideRounded(usage, BigInt(invoices.length), 'up') : 0n
  const expectedMonthlyMicros = fees!.micros + usual
  return {
    accountId,
    currency,
    creditLimitMicros,
    expectedMonthlyMicros,
    ...adviseLimit(expectedMonthlyMicros, creditLimitMicros),
  }
}
