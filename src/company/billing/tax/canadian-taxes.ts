/** The built-in taxes of Canada: "compute tax on the unrounded line sums grouped by tax rate, then round to cents". */

import { divideRounded, fail, ok, type Micros } from '../../../base/index.ts'
import type { InvoiceTax } from '../tables.ts'
import { canadianRates, type TaxRate } from './canadian-rates.ts'
import type { TaxAnswer, TaxedAmount, TaxProvider, TaxQuestion } from './provider.ts'

const CENT = 10_000n
const MILLION = 1_000_000n

/** The rates of a province that hold on a day, one for each of its taxes. */
export function ratesOn(region: string, day: string): readonly TaxRate[] {
  const newest = new Map<string, TaxRate>()
  for (const rate of canadianRates) {
    if (rate.region !== region || rate.validFrom > day) continue
    const known = newest.get(rate.tax)
    if (!known || known.validFrom < rate.validFrom) newest.set(rate.tax, rate)
  }
  return [...newest.values()].filter((rate) => rate.ratePpm > 0)
}

function isDue({ codes }: TaxRate, code: string): boolean {
  return code !== 'none' && (codes === undefined || codes.includes(code))
}

/** A share of an exact amount, half away from zero to cents. */
function taxOn(baseMicros: Micros, ratePpm: number): Micros {
  return divideRounded(baseMicros * BigInt(ratePpm), MILLION * CENT, 'half-up') * CENT
}

/** The taxes of a place on a day. */
function canadianTaxes(question: TaxQuestion): TaxAnswer {
  const { region, day, amounts, exempt, registrations } = question
  if (exempt !== null) return ok([])
  const rates = ratesOn(region, day)
  if (rates.length === 0) return fail('billing.no_tax_rates', `there are no tax rates for ${region} on ${day}`)
  const taxes = rates.flatMap((rate): InvoiceTax[] => {
    const base = sum(amounts.filter((one) => isDue(rate, one.code)))
    if (base === 0n) return []
    return [
      {
        name: rate.tax,
        region,
        ratePpm: rate.ratePpm,
        baseMicros: base,
        amountMicros: taxOn(base, rate.ratePpm),
        registration: registrations.get(registeredAs(rate)) ?? null,
        reference: null,
      },
    ]
  })
  return ok(taxes)
}

/** One federal number serves GST and HST; provincial ones are named with their province. */
export function registeredAs({ tax, region }: { readonly tax: string; readonly region: string }): string {
  return tax === 'GST' || tax === 'HST' ? 'GST/HST' : `${tax} ${region}`
}

function sum(amounts: readonly TaxedAmount[]): Micros {
  return amounts.reduce((total, one) => total + one.amountMicros, 0n)
}

/** Canada as a provider: it needs to be told nothing. */
export const canada: TaxProvider = {
  countries: ['CA'],
  quote: (questions) => Promise.resolve(questions.map(canadianTaxes)),
  commit: () => Promise.resolve(ok(true)),
  void: () => Promise.resolve(ok(true)),
}
