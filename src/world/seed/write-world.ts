/** Writes a planned company through the acts of the house, all of it in one transaction. */

import { epochMsToLocal, FailureError, type Clock, type RandomBytes, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { createApiKey, createLogin } from '../../platform/identity/index.ts'
import { transition } from '../../platform/transitions/index.ts'
import { createDeck, createProduct, importDeck } from '../../company/catalog/index.ts'
import { openAccount, openBooks } from '../../company/ledger/index.ts'
import {
  assignNumber,
  createDevice,
  createExtension,
  emergencyAddressMachine,
  submitEmergencyAddress,
} from '../../company/numbers/index.ts'
import { createCustomer, createPartner, createPerson, createProvider } from '../../company/tenant/index.ts'
import {
  customerLogins,
  PROVIDER,
  staffLogins,
  type Passwords,
  type PlannedCustomer,
  type PlannedPhone,
  type PlannedSeller,
  type SellerSlug,
  type WorldPlan,
} from './plan.ts'
import { rateDeckCsv } from './rate-deck.ts'
import { writeFreeMinutes } from './write-plans.ts'
import { writeCarriers, type CarrierPlaces } from './write-carriers.ts'
import { plannedTrunks, writeTrunk } from './write-trunks.ts'

export type ApiKeys = { readonly staff: string; readonly partner: string; readonly customer: string }

export type SeedParts = {
  readonly plan: WorldPlan
  readonly clock: Clock
  readonly random: RandomBytes
  /** Hashes of the plan's passwords. */
  readonly passwordHashes: Passwords
  /** The master key that the phones' SIP passwords follow from. */
  readonly secretKeyId: number
  readonly carriers: CarrierPlaces
}

const products = [
  { code: 'seat', name: 'Business seat', kind: 'extension', monthlyMicros: 18_000_000n, setupMicros: 10_000_000n },
  { code: 'desk-phone', name: 'Desk phone', kind: 'device', monthlyMicros: 4_000_000n, setupMicros: 0n },
  { code: 'softphone', name: 'Softphone', kind: 'device', monthlyMicros: 0n, setupMicros: 0n },
  { code: 'local-number', name: 'Local number', kind: 'number', monthlyMicros: 2_000_000n, setupMicros: 0n },
  { code: 'sip-trunk', name: 'SIP trunk', kind: 'trunk', monthlyMicros: 25_000_000n, setupMicros: 0n },
  { code: 'toll-free-number', name: 'Toll-free number', kind: 'number', monthlyMicros: 5_000_000n, setupMicros: 0n },
] as const

type ProductCode = (typeof products)[number]['code']

type Seller = {
  readonly planned: PlannedSeller
  readonly tenantId: string
  readonly deckId: string
  readonly productIds: Readonly<Record<ProductCode, string>>
}

/** What an act returned; its failure undoes the whole seed. */
export function done<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** The scope in which a seed is written. */
export const providerPath = `${PROVIDER}/`

/** Writes the plan; the transaction's scope is `providerPath`. Returns the keys of the demo's programs. */
export async function writeWorld(tx: Tx, parts: SeedParts): Promise<ApiKeys> {
  const { plan, clock } = parts
  const sellers = new Map<SellerSlug, Seller>()
  for (const planned of plan.sellers) {
    sellers.set(planned.slug, await writeSeller(tx, clock, planned, sellers.get(PROVIDER)?.tenantId))
  }
  const provider = sellers.get(PROVIDER)!
  for (const currency of new Set(plan.sellers.map((one) => one.currency))) {
    await openBooks(tx, clock, { tenantId: provider.tenantId, currency })
  }
  const { currency } = provider.planned
  for (const seller of sellers.values()) if (seller !== provider) await writeWholesale(tx, clock, seller, provider)
  await writeCarriers(tx, clock, { tenantId: provider.tenantId, currency, places: parts.carriers })
  for (const { login, name, role, seller } of staffLogins) {
    const { tenantId, planned } = sellers.get(seller)!
    const passwordHash = parts.passwordHashes[role.startsWith('provider_') ? 'staff' : 'partner']
    await createLogin(tx, clock, { tenantId, login, email: login, name, role, passwordHash, zone: planned.zone })
  }
  const customerIds: string[] = []
  for (const customer of plan.customers) {
    customerIds.push(await writeCustomer(tx, parts, customer, sellers.get(customer.seller)!))
  }
  await activateAddresses(tx, clock)
  return writeApiKeys(tx, parts, {
    staff: provider.tenantId,
    partner: sellers.get('maple')!.tenantId,
    customer: customerIds[0]!,
  })
}

async function writeSeller(
  tx: Tx,
  clock: Clock,
  planned: PlannedSeller,
  providerId: string | undefined,
): Promise<Seller> {
  const { slug, name, currency, ...brand } = planned
  const placed =
    providerId === undefined
      ? await createProvider(tx, clock, { slug, name, brand })
      : await createPartner(tx, clock, { parentId: providerId, slug, name, brand })
  const { tenantId } = done(placed)
  const productIds: Partial<Record<ProductCode, string>> = {}
  for (const product of products) {
    productIds[product.code] = await createProduct(tx, clock, { tenantId, currency, ...product })
  }
  const deckId = await createDeck(tx, clock, { tenantId, name: `North America and world, ${currency}`, currency })
  done(await importDeck(tx, clock, { tenantId, deckId, csv: rateDeckCsv(currency), activate: true }))
  return { planned, tenantId, deckId, productIds: productIds as Record<ProductCode, string> }
}

/** What a partner pays for his customers' calls, in hundredths of what they pay him. */
const WHOLESALE_SHARE = 80n

/** A partner keeps books of his own, and owes the provider the wholesale price of every call below him. */
async function writeWholesale(tx: Tx, clock: Clock, { planned, tenantId }: Seller, provider: Seller): Promise<void> {
  const { currency, name } = planned
  await openBooks(tx, clock, { tenantId, currency })
  const deck = { tenantId: provider.tenantId, name: `Wholesale for ${name}`, currency }
  const deckId = await createDeck(tx, clock, deck)
  const csv = rateDeckCsv(currency, WHOLESALE_SHARE)
  done(await importDeck(tx, clock, { tenantId: provider.tenantId, deckId, csv, activate: true }))
  const terms = { tenantId, currency, creditLimitMicros: 10_000_000_000n, rateDeckId: deckId, callsMax: 2000 }
  await openAccount(tx, clock, { ...terms, kind: 'wholesale' })
}

async function writeCustomer(tx: Tx, parts: SeedParts, customer: PlannedCustomer, seller: Seller): Promise<string> {
  const { clock, passwordHashes } = parts
  const { slug, name, accountCode, area, currency, creditLimitMicros } = customer
  const { country, zone, code: areaCode } = area
  const created = await createCustomer(tx, clock, {
    parentId: seller.tenantId,
    slug,
    name,
    accountCode,
    country,
    areaCode,
    zone,
  })
  const { tenantId } = done(created)
  await openAccount(tx, clock, { tenantId, currency, creditLimitMicros, rateDeckId: seller.deckId })
  if (customer === parts.plan.customers[0]) await writeFreeMinutes(tx, clock, seller, tenantId)
  const sale = saleOf(customer, seller, tenantId, clock)
  const people: string[] = []
  const extensions: string[] = []
  for (const phone of customer.phones) {
    const { personId, extensionId } = await writePhone(tx, parts, phone, sale, area)
    people.push(personId)
    extensions.push(extensionId)
  }
  if (customer.tollFree !== undefined) {
    const number = { ...sale('toll-free-number'), number: customer.tollFree, kind: 'tollfree' as const }
    done(await assignNumber(tx, clock, { ...number, extensionId: extensions.at(-1)! }))
  }
  const trunk = plannedTrunks[parts.plan.customers.indexOf(customer)]
  if (trunk) await writeTrunk(tx, clock, { trunk, customer, sale, secretKeyId: parts.secretKeyId })
  const { admin, billing, user, userAt } = customerLogins(customer)
  const shared = { tenantId, zone }
  const asCustomer = { ...shared, passwordHash: passwordHashes.customer }
  await createLogin(tx, clock, { ...asCustomer, ...admin, email: admin.login, role: 'customer_admin' })
  await createLogin(tx, clock, { ...asCustomer, ...billing, email: billing.login, role: 'customer_billing' })
  const own = { ...shared, passwordHash: passwordHashes.user, personId: people[userAt]! }
  await createLogin(tx, clock, { ...own, ...user, email: user.login, role: 'phone_user' })
  return tenantId
}

type Sale = (code: ProductCode) => {
  readonly tenantId: string
  readonly productId: string
  readonly startedOn: string
  readonly monthlyMicros: bigint
  readonly setupMicros: bigint
  readonly currency: string
  readonly exemptReason?: string
}

/** Every service of a customer began on the first day of its month. */
function saleOf(customer: PlannedCustomer, seller: Seller, tenantId: string, clock: Clock): Sale {
  const startedOn = `${epochMsToLocal(clock.now(), customer.area.zone).slice(0, 7)}-01`
  return (code) => {
    const { monthlyMicros, setupMicros } = products.find((product) => product.code === code)!
    const terms = {
      tenantId,
      productId: seller.productIds[code],
      startedOn,
      monthlyMicros,
      setupMicros,
      currency: customer.currency,
    }
    return monthlyMicros > 0n ? terms : { ...terms, exemptReason: 'included with the seat' }
  }
}

async function writePhone(
  tx: Tx,
  { clock, secretKeyId }: SeedParts,
  phone: PlannedPhone,
  sale: Sale,
  area: PlannedCustomer['area'],
): Promise<{ personId: string; extensionId: string }> {
  const { personName, email, label, sipUser, did, street, unit } = phone
  const seat = sale('seat')
  const { tenantId } = seat
  const personId = await createPerson(tx, clock, { tenantId, name: personName, email })
  const extension = { ...seat, number: phone.extension, name: personName, personId }
  const extensionId = done(await createExtension(tx, clock, extension)).id
  const terms = sale(label === 'Softphone' ? 'softphone' : 'desk-phone')
  done(await createDevice(tx, clock, { ...terms, extensionId, label, sipUser, secretKeyId }))
  const number = { ...sale('local-number'), number: did, kind: 'did' as const, extensionId }
  const phoneNumberId = done(await assignNumber(tx, clock, number)).id
  const { city, region, postalCode, country } = area
  const address = { callerName: personName, street, unit, city, region, postalCode, country }
  done(await submitEmergencyAddress(tx, clock, { tenantId, phoneNumberId, ...address }))
  return { personId, extensionId }
}

/** "No outbound calling from a number before its address is active": all of the demo's are. */
async function activateAddresses(tx: Tx, clock: Clock): Promise<void> {
  const submitted = await tx<{ id: string }[]>`select id from emergency_address where status = 'submitted'`
  const ids = submitted.map(({ id }) => id)
  const actor = { id: undefined, role: 'system' }
  const reason = 'validated when the demo was set up'
  done(await transition(tx, clock, { machine: emergencyAddressMachine, ids, to: 'active', actor, reason }))
}

type KeyOwners = { readonly staff: string; readonly partner: string; readonly customer: string }

async function writeApiKeys(tx: Tx, { clock, random }: SeedParts, owners: KeyOwners): Promise<ApiKeys> {
  const zone = 'America/Toronto'
  const key = async (tenantId: string, role: 'provider_admin' | 'partner_admin' | 'customer_admin'): Promise<string> =>
    (await createApiKey(tx, clock, { tenantId, name: 'Demo', role, zone }, random)).text
  return {
    staff: await key(owners.staff, 'provider_admin'),
    partner: await key(owners.partner, 'partner_admin'),
    customer: await key(owners.customer, 'customer_admin'),
  }
}
