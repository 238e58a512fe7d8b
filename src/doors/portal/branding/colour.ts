/** Colours as numbers: sRGB texts, OKLCH (CSS Color 4 §9) and the contrast ratio of WCAG 2.2. Pure. */

/** Linear-light sRGB, each 0..1. */
export type Rgb = readonly [red: number, green: number, blue: number]

export type Oklch = { readonly lightness: number; readonly chroma: number; readonly hue: number }

/** Reads `#rrggbb`; undefined for anything else. */
export function parseHex(text: string): Rgb | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return undefined
  const part = (at: number): number => toLinear(Number.parseInt(text.slice(at, at + 2), 16) / 255)
  return [part(1), part(3), part(5)]
}

/** The nearest `#rrggbb`, cut to what a screen can show. */
export function toHex(rgb: Rgb): string {
  const part = (linear: number): string => {
    const byte = Math.round(toGamma(Math.min(1, Math.max(0, linear))) * 255)
    return byte.toString(16).padStart(2, '0')
  }
  return `#${part(rgb[0])}${part(rgb[1])}${part(rgb[2])}`
}

const toLinear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
const toGamma = (value: number): number => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Contrast of two colours, 1..21. */
export function contrast(first: Rgb, second: Rgb): number {
  const [dark, light] = [luminance(first), luminance(second)].toSorted((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** A colour by lightness, chroma and hue as people see them. */
export function toOklch([red, green, blue]: Rgb): Oklch {
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  const lightness = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short
  const b = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short
  return { lightness, chroma: Math.hypot(a, b), hue: Math.atan2(b, a) }
}

/** Back to sRGB, with only as much chroma as a screen can show. */
export function fromOklch(colour: Oklch): Rgb {
  if (isShowable(unbound(colour))) return unbound(colour)
  let [low, high] = [0, colour.chroma]
  for (let step = 0; step < 24; step++) {
    const chroma = (low + high) / 2
    if (isShowable(unbound({ ...colour, chroma }))) low = chroma
    else high = chroma
  }
  return unbound({ ...colour, chroma: low })
}

const isShowable = (rgb: Rgb): boolean => rgb.every((part) => part >= -0.0001 && part <= 1.0001)

function unbound({ lightness, chroma, hue }: Oklch): Rgb {
  const a = chroma * Math.cos(hue)
  const b = chroma * Math.sin(hue)
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ]
}
