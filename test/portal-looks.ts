/** Every look of the portal: brand, language, scheme, width; and what is looked for in each. */

import type { Page } from 'playwright-core'
import { accentCss } from '../src/doors/portal/index.ts'
import { axeFaults, sidewaysPixels } from './chromium.ts'

export const looks = {
  /** A bright one, a dark one, and one that neither white nor black stands on well. */
  brand: ['#ffd400', '#101010', '#7a7a7a'],
  locale: ['en-CA', 'fr-CA', 'es-419'],
  scheme: ['light', 'dark'],
  width: [1280, 390],
} as const

export type Look = { readonly [Name in keyof typeof looks]: (typeof looks)[Name][number] }

/** All 36. */
export const everyLook: readonly Look[] = looks.locale.flatMap((locale) =>
  looks.brand.flatMap((brand) =>
    looks.scheme.flatMap((scheme) => looks.width.map((width): Look => ({ brand, locale, scheme, width }))),
  ),
)

/** Few looks in which every two values of different kinds meet: chosen greedily, the same ones every time. */
export function pairwiseLooks(): readonly Look[] {
  const names = Object.keys(looks) as (keyof Look)[]
  const pairsOf = (look: Look): string[] =>
    names.flatMap((first, at) =>
      names.slice(at + 1).map((second) => `${first} ${look[first]} ${second} ${look[second]}`),
    )
  const missing = new Set(everyLook.flatMap(pairsOf))
  const chosen: Look[] = []
  while (missing.size > 0) {
    const count = (look: Look): number => pairsOf(look).filter((pair) => missing.has(pair)).length
    const best = everyLook.reduce((most, look) => (count(look) > count(most) ? look : most))
    for (const pair of pairsOf(best)) missing.delete(pair)
    chosen.push(best)
  }
  return chosen
}

/** Faults of a page in a look, one line each; the page was drawn in the look's language. */
export async function faultsIn(page: Page, { brand, scheme, width }: Look): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  // The accent as the server writes it for a brand; a sheet of the page's own is no inline style.
  await page.evaluate(`(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(${JSON.stringify(accentCss(brand).replace(':root', ':root:root'))})
    document.adoptedStyleSheets = [sheet]
    return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  })()`)
  const faults = await axeFaults(page)
  const wide = await sidewaysPixels(page)
  return wide > 0 ? [...faults, `scrolls sideways by ${wide} px`] : faults
}
