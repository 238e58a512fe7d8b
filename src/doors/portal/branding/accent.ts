/**
 * A brand's colour made usable: of any `#rrggbb` the accent's five tokens, each with the contrast that WCAG 2.2 asks
 * for (§1.4.3: 4.5 for text, §1.4.11: 3 for marks). The brand is kept as it is wherever it is legible.
 */

import { contrast, fromOklch, parseHex, toHex, toOklch, type Rgb } from './colour.ts'

export type Accent = {
  readonly solid: string
  /** Text on `solid`. */
  readonly on: string
  /** Links and marks, for the light and the dark theme. */
  readonly text: Themed
  readonly ring: Themed
  readonly soft: Themed
}

type Themed = { readonly light: string; readonly dark: string }

/** The grounds that accents stand on: `--bg` and `--surface-hover` of tokens.css, the two ends of each theme. */
export const grounds = { light: ['#ffffff', '#eef0f4'], dark: ['#0f1216', '#232932'] } as const

/** The house's own colour, used where a brand has none. */
export const houseColour = '#1f4e79'

const TEXT_CONTRAST = 4.5
const MARK_CONTRAST = 3
const white = parseHex('#ffffff')!
const nearBlack = parseHex('#101418')!

/** Derives the accent of a brand's colour; a text that is no colour gives the house's. */
export function accentOf(brandColour: string): Accent {
  const brand = parseHex(brandColour) ?? parseHex(houseColour)!
  const solid = legibleSolid(brand)
  const light = grounds.light.map((hex) => parseHex(hex)!)
  const dark = grounds.dark.map((hex) => parseHex(hex)!)
  const themed = (minimum: number): Themed => ({
    light: toHex(movedUntil(brand, 'darker', (rgb) => light.every((ground) => contrast(rgb, ground) >= minimum))),
    dark: toHex(movedUntil(brand, 'lighter', (rgb) => dark.every((ground) => contrast(rgb, ground) >= minimum))),
  })
  const { chroma, hue } = toOklch(brand)
  return {
    solid: toHex(solid),
    on: contrast(solid, white) >= TEXT_CONTRAST ? '#ffffff' : toHex(nearBlack),
    text: themed(TEXT_CONTRAST),
    ring: themed(MARK_CONTRAST),
    soft: {
      light: toHex(fromOklch({ lightness: 0.955, chroma: Math.min(chroma, 0.02), hue })),
      dark: toHex(fromOklch({ lightness: 0.26, chroma: Math.min(chroma, 0.04), hue })),
    },
  }
}

function legibleSolid(brand: Rgb): Rgb {
  const isLegible = (rgb: Rgb): boolean =>
    contrast(rgb, white) >= TEXT_CONTRAST || contrast(rgb, nearBlack) >= TEXT_CONTRAST
  return movedUntil(brand, 'darker', isLegible)
}

/** The colour itself when `isEnough`, else the nearest lightness in that direction at which its hex text is. */
function movedUntil(brand: Rgb, direction: 'darker' | 'lighter', isEnough: (rgb: Rgb) => boolean): Rgb {
  const asShown = (rgb: Rgb): Rgb => parseHex(toHex(rgb))!
  if (isEnough(asShown(brand))) return brand
  const colour = toOklch(brand)
  const end = direction === 'darker' ? 0 : 1
  let [near, far] = [colour.lightness, end]
  for (let step = 0; step < 20; step++) {
    const lightness = (near + far) / 2
    if (isEnough(asShown(fromOklch({ ...colour, lightness })))) far = lightness
    else near = lightness
  }
  return asShown(fromOklch({ ...colour, lightness: far }))
}

/** The accent as custom properties, to stand behind tokens.css in a page. */
export function accentCss(brandColour: string): string {
  const { solid, on, text, ring, soft } = accentOf(brandColour)
  const both = ({ light, dark }: Themed): string => `light-dark(${light},${dark})`
  return (
    `:root{--accent-solid:${solid};--accent-on:${on};--accent-text:${both(text)};` +
    `--accent-ring:${both(ring)};--accent-soft:${both(soft)}}`
  )
}
