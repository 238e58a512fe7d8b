/**
 * A simulated tax service of the United States: federal and state charges on telecommunications by the place of supply.
 * Its rates are made up; the shape of its answers is what services of this kind give.
 */

import { divideRounded, ok } from '../base/index.ts'
import type { TaxProvider } from '../company/billing/index.ts'

/** "The default method for VoIP is the 64.9 / 35.1 safe harbour": the interstate part of what was sold, per million. */
const INTERSTATE_PPM = 649_000n
const FEDERAL_PPM = 344_000n
/** Made up, per million, by the state's place in the alphabet. */
const STATE_PPM_MIN = 40_000
const CENT = 10_000n
const MILLION = 1_000_000n
const EMERGENCY_FEE_MICROS = 950_000n

function statePpm(region: string): number {
  return STATE_PPM_MIN + ((region.charCodeAt(0) + region.charCodeAt(1)) % 40) * 1000
}

/** Answers at once, and remembers what was committed. */
export function simulatedTaxOffice(): TaxProvider & { readonly committed: ReadonlySet<string> } {
  const committed = new Set<string>()
  const toCents = (numerator: bigint, denominator: bigint): bigint =>
    divideRounded(numerator, denominator * CENT, 'half-up') * CENT
  return {
    countries: ['US'],
    committed,
    quote: (questions) =>
      Promise.resolve(
        questions.map(({ invoiceId, region, exempt, amounts }) => {
          if (exempt !== null) return ok([])
          const of = (code: string) => amounts.filter((one) => one.code === code)
          const telecom = of('telecom').reduce((sum, one) => sum + one.amountMicros, 0n)
          const lines = of('telecom').reduce((sum, one) => sum + one.lines, 0)
          const reference = `sim-${invoiceId.slice(-12)}`
          const shared = { region, registration: null, reference, baseMicros: telecom }
          const federalPpm = Number((FEDERAL_PPM * INTERSTATE_PPM) / MILLION)
          const state = statePpm(region)
          const fee = BigInt(lines) * EMERGENCY_FEE_MICROS
          return ok(
            [
              {
                ...shared,
                name: 'Federal USF',
                ratePpm: federalPpm,
                amountMicros: toCents(telecom * BigInt(federalPpm), MILLION),
              },
              {
                ...shared,
                name: 'State communications tax',
                ratePpm: state,
                amountMicros: toCents(telecom * BigInt(state), MILLION),
              },
              { ...shared, name: '911 fee', ratePpm: 0, amountMicros: fee },
            ].filter((tax) => tax.amountMicros !== 0n),
          )
        }),
      ),
    commit(ids) {
      for (const id of ids) committed.add(id)
      return Promise.resolve(ok(true as const))
    },
    void(ids) {
      for (const id of ids) committed.delete(id)
      return Promise.resolve(ok(true as const))
    },
  }
}
