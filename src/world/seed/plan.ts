/** The demo's company as data, drawn from the seed before anything is written: who sells, who is served, with what. */

import { seededRandom, toHex, type Currency, type Micros } from '../../base/index.ts'
import type { NewBrand } from '../../company/tenant/index.ts'
import { createDraw, type Draw } from '../draw.ts'
import { areas, companyNames, firstNames, lastNames, phoneLabels, streets, type Area } from './names.ts'

export type SellerSlug = 'northwind' | 'maple' | 'lakeshore'

export type PlannedSeller = NewBrand & {
  readonly name: string
  readonly slug: SellerSlug
  readonly currency: Currency
  readonly zone: string
}

export type PlannedPhone = {
  readonly extension: string
  readonly personName: string
  readonly email: string
  readonly label: string
  readonly sipUser: string
  /** E.164. */
  readonly did: string
  readonly street: string
  readonly unit: string
  /** Kept free for people and tests: the world neither registers it nor calls with it. */
  readonly reserved: boolean
}

export type PlannedCustomer = {
  readonly seller: SellerSlug
  readonly slug: string
  readonly name: string
  readonly accountCode: string
  readonly area: Area
  readonly currency: Currency
  readonly creditLimitMicros: Micros
  readonly phones: readonly PlannedPhone[]
  readonly tollFree: string | undefined
  readonly domain: string
}

/** Persons of the demo, each with the password that `demo-info` shows. */
export type Passwords = Readonly<Record<'staff' | 'partner' | 'customer' | 'user', string>>

export type WorldPlan = {
  readonly sellers: readonly PlannedSeller[]
  readonly customers: readonly PlannedCustomer[]
  readonly passwords: Passwords
}

export const PROVIDER: SellerSlug = 'northwind'
const PHONES = 200
const BASE_PHONES = 4
/** How many phones the customers of the demo's logins have, and how many of these are reserved. */
const firstCustomers = [
  { phones: 12, reserved: 6 },
  { phones: 8, reserved: 4 },
  { phones: 8, reserved: 4 },
] as const

const sellers: readonly PlannedSeller[] = [
  {
    slug: 'northwind',
    name: 'Northwind Voice',
    host: 'northwind.localhost',
    colour: '#1f5f99',
    supportEmail: 'support@northwind.example',
    billingEmail: 'billing@northwind.example',
    termsUrl: 'https://northwind.example/terms',
    holidays: ['2026-12-25', '2027-01-01'],
    phone: '+14165550190',
    postalAddress: '200 Harbour Street, Toronto ON M5V 2T6, Canada',
    currency: 'CAD',
    zone: 'America/Toronto',
  },
  {
    slug: 'maple',
    name: 'Maple Telecom',
    host: 'maple.localhost',
    colour: '#a8321f',
    supportEmail: 'help@maple.example',
    billingEmail: 'billing@maple.example',
    termsUrl: 'https://maple.example/terms',
    holidays: ['2026-12-25', '2027-01-01'],
    phone: '+19055550190',
    postalAddress: '18 Foundry Street, Hamilton ON L8P 4X3, Canada',
    currency: 'CAD',
    zone: 'America/Toronto',
  },
  {
    slug: 'lakeshore',
    name: 'Lakeshore IT',
    host: 'lakeshore.localhost',
    colour: '#1d6f5c',
    supportEmail: 'care@lakeshore.example',
    billingEmail: 'billing@lakeshore.example',
    termsUrl: 'https://lakeshore.example/terms',
    holidays: ['2026-12-25', '2027-01-01'],
    phone: '+17165550190',
    postalAddress: '77 Lighthouse Road, Buffalo NY 14202, USA',
    currency: 'USD',
    zone: 'America/New_York',
  },
]

const sellerOrder: readonly SellerSlug[] = ['northwind', 'maple', 'lakeshore']
const codeOf: Readonly<Record<SellerSlug, string>> = { northwind: 'NV', maple: 'MT', lakeshore: 'LI' }

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** How many phones each customer has: 200 in all, whatever the seed. */
function phoneCounts(draw: Draw): number[] {
  const counts = companyNames.map((_, at) => firstCustomers[at]?.phones ?? BASE_PHONES)
  let left = PHONES - counts.reduce((sum, count) => sum + count, 0)
  while (left > 0) {
    const at = draw.between(firstCustomers.length, counts.length - 1)
    if (counts[at]! >= 2 * BASE_PHONES) continue
    counts[at]!++
    left--
  }
  return counts
}

/** Hands out the numbers 555-0100 to 555-0189 of each area, which are kept free for fiction. */
function numbersOf(): (area: Area) => string {
  const used = new Map<string, number>()
  return ({ code }) => {
    const count = used.get(code) ?? 0
    used.set(code, count + 1)
    return `+1${code}555${String(100 + count).padStart(4, '0')}`
  }
}

function planPhones(options: {
  readonly draw: Draw
  readonly count: number
  readonly reserved: number
  readonly slug: string
  readonly domain: string
  nextNumber(): string
}): PlannedPhone[] {
  const { draw, count, reserved, slug, domain } = options
  const taken = new Set<string>()
  return Array.from({ length: count }, (_, at): PlannedPhone => {
    let personName = ''
    do personName = `${draw.pick(firstNames)} ${draw.pick(lastNames)}`
    while (taken.has(personName))
    taken.add(personName)
    const extension = String(201 + at)
    return {
      extension,
      personName,
      email: `${slugOf(personName).replace('-', '.')}@${domain}`,
      label: draw.pick(phoneLabels),
      sipUser: `${slug.split('-')[0]!}-${extension}-${String(draw.below(10_000)).padStart(4, '0')}`,
      did: options.nextNumber(),
      street: `${draw.between(1, 899)} ${draw.pick(streets)}`,
      unit: draw.chance(40) ? `Suite ${draw.between(1, 40)}` : '',
      reserved: at < reserved,
    }
  })
}

function passwordsOf(seed: number): Passwords {
  const random = seededRandom(seed * 31 + 5)
  const word = (): string => toHex(random(6))
  return {
    staff: `staff-${word()}`,
    partner: `partner-${word()}`,
    customer: `customer-${word()}`,
    user: `phone-${word()}`,
  }
}

/** The company of a seed; the same seed gives the same plan on every machine. */
export function planWorld(seed: number): WorldPlan {
  const draw = createDraw(seededRandom(seed))
  const counts = phoneCounts(draw)
  const nextNumber = numbersOf()
  const customers = companyNames.map((name, at): PlannedCustomer => {
    const seller = sellerOrder[at % sellerOrder.length]!
    const slug = slugOf(name)
    const area = draw.pick(areas[seller])
    const domain = `${slug}.example`
    const phones = planPhones({
      draw,
      count: counts[at]!,
      reserved: firstCustomers[at]?.reserved ?? 0,
      slug,
      domain,
      nextNumber: () => nextNumber(area),
    })
    return {
      seller,
      slug,
      name,
      accountCode: `${codeOf[seller]}-${100_101 + at * 7}`,
      area,
      currency: sellers.find((one) => one.slug === seller)!.currency,
      creditLimitMicros: BigInt(draw.between(4, 40) * 50) * 1_000_000n,
      phones,
      tollFree: at % 6 === 0 ? `+1888555${String(100 + at).padStart(4, '0')}` : undefined,
      domain,
    }
  })
  return { sellers, customers, passwords: passwordsOf(seed) }
}

/** Staff of the provider and people of the partners: who signs in to look after others. */
export const staffLogins = [
  { login: 'nora.whitfield@northwind.example', name: 'Nora Whitfield', role: 'provider_admin', seller: 'northwind' },
  { login: 'tomas.reyes@northwind.example', name: 'Tomás Reyes', role: 'provider_noc', seller: 'northwind' },
  { login: 'imogen.clarke@northwind.example', name: 'Imogen Clarke', role: 'provider_billing', seller: 'northwind' },
  { login: 'gabriel.roy@maple.example', name: 'Gabriel Roy', role: 'partner_admin', seller: 'maple' },
  { login: 'dana.kessler@lakeshore.example', name: 'Dana Kessler', role: 'partner_admin', seller: 'lakeshore' },
] as const

/** The logins of a customer: its administrator, its bookkeeper, the owner of the first phone that the world uses. */
export function customerLogins(customer: PlannedCustomer) {
  const userAt = customer.phones.findIndex((phone) => !phone.reserved)
  const user = customer.phones[userAt]!
  const admin = customer.phones[0]!
  return {
    admin: { login: `admin@${customer.domain}`, name: admin.personName },
    billing: { login: `accounts@${customer.domain}`, name: `Accounts, ${customer.name}` },
    user: { login: user.email, name: user.personName },
    userAt,
  }
}
