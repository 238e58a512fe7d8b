/** Sends each question to the provider of its country, a portion of questions at once. */

import { fail } from '../../../base/index.ts'
import type { TaxAnswer, TaxProvider, TaxQuestion } from './provider.ts'

/** One answer for each question, in their order; a country of nobody has none. */
export async function askTaxes(
  providers: readonly TaxProvider[],
  questions: readonly TaxQuestion[],
): Promise<readonly TaxAnswer[]> {
  const answers = questions.map(({ country }): TaxAnswer =>
    fail('billing.no_tax_rates', `nobody was named who knows the taxes of ${country}; name a tax provider`),
  )
  for (const provider of providers) {
    const mine = [...questions.keys()].filter((at) => provider.countries.includes(questions[at]!.country))
    if (mine.length === 0) continue
    const given = await provider.quote(mine.map((at) => questions[at]!))
    for (const [place, at] of mine.entries()) answers[at] = given[place]!
  }
  return answers
}
