/** The demo's price list as the CSV that an operator would import: North America, the world, and premium numbers. */

import { divideRounded, formatNanos, parseNanos, type Currency } from '../../base/index.ts'
import { canadianCodes, caribbean, unitedStatesCodes, world } from './destinations.ts'

/** What one price of a Canadian deck costs in another currency, in hundredths. */
const hundredths: Readonly<Record<string, bigint>> = { CAD: 100n, USD: 74n }

const header =
  'prefix,destination,class,direction,connect,first_seconds,first_price,next_seconds,next_price,' +
  'grace_seconds,minimum,blocked'

type Line = {
  readonly prefix: string
  readonly destination: string
  readonly class: 'domestic' | 'international' | 'premium' | 'tollfree'
  readonly direction?: 'inbound'
  readonly connect?: string
  /** First and next increment in seconds. */
  readonly steps: readonly [number, number]
  readonly price: string
  readonly blocked?: boolean
}

/** "Increments from the deck; 6/6 in North America, 60/60 elsewhere"; some countries bill 30/6. */
const home = [6, 6] as const
const abroad = [60, 60] as const
const tollFreePrefixes = ['1800', '1833', '1844', '1855', '1866', '1877', '1888']

const premium: readonly Line[] = [
  {
    prefix: '1900',
    destination: 'Premium North America',
    class: 'premium',
    connect: '1.50',
    steps: abroad,
    price: '3.9900',
  },
  {
    prefix: '44909',
    destination: 'Premium United Kingdom',
    class: 'premium',
    connect: '0.60',
    steps: abroad,
    price: '2.4500',
  },
  {
    prefix: '88',
    destination: 'International networks',
    class: 'premium',
    steps: abroad,
    price: '9.5000',
    blocked: true,
  },
  { prefix: '870', destination: 'Satellite', class: 'premium', steps: abroad, price: '8.7500' },
  { prefix: '8816', destination: 'Satellite handsets', class: 'premium', steps: abroad, price: '9.1000' },
]

function linesOf(): Line[] {
  const lines: Line[] = [
    { prefix: '1', destination: 'United States', class: 'domestic', steps: home, price: '0.0110' },
    ...premium,
  ]
  for (const [region, codes] of canadianCodes) {
    const price = region === 'Northern Canada' ? '0.0490' : '0.0080'
    for (const code of codes) {
      lines.push({ prefix: `1${code}`, destination: `Canada - ${region}`, class: 'domestic', steps: home, price })
    }
  }
  for (const [region, price, codes] of unitedStatesCodes) {
    for (const code of codes) {
      lines.push({
        prefix: `1${code}`,
        destination: `United States - ${region}`,
        class: 'domestic',
        steps: home,
        price,
      })
    }
  }
  for (const prefix of tollFreePrefixes) {
    lines.push({ prefix, destination: 'Toll-free', class: 'tollfree', steps: home, price: '0.0000' })
    lines.push({
      prefix,
      destination: 'Toll-free, called',
      class: 'tollfree',
      direction: 'inbound',
      steps: home,
      price: '0.0290',
    })
  }
  for (const [prefix, destination, price] of [...caribbean, ...world]) {
    const steps = prefix.startsWith('44') || prefix.startsWith('49') ? ([30, 6] as const) : abroad
    lines.push({ prefix, destination, class: 'international', steps, price })
  }
  return lines
}

function priced(text: string, currency: Currency, share: bigint): string {
  const nanos = parseNanos(text)
  if (!nanos.ok) throw new Error(`the deck has a bad price "${text}"`)
  const tenThousandths = divideRounded(
    nanos.value * (hundredths[currency] ?? 100n) * share,
    10_000n * 100_000n,
    'half-up',
  )
  return formatNanos(tenThousandths * 100_000n)
}

/** The deck in a currency, as a file; or what a carrier asks: a share of it in hundredths. */
export function rateDeckCsv(currency: Currency, share = 100n): string {
  const rows = linesOf().map((line) => {
    const price = priced(line.price, currency, share)
    const [first, next] = line.steps
    const connect = priced(line.connect ?? '0', currency, share)
    const blocked = line.blocked ? 'yes' : 'no'
    const direction = line.direction ?? 'outbound'
    const { prefix, destination } = line
    const prices = `${connect},${first},${price},${next},${price}`
    return `${prefix},"${destination}",${line.class},${direction},${prices},0,0,${blocked}`
  })
  return `${header}\n${rows.join('\n')}\n`
}
