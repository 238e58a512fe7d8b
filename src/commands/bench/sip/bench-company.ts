/** The company that `bench sip` calls from: a few customers with many phones, one carrier, one emergency centre. */

import { FailureError, type Clock, type Result } from '../../../base/index.ts'
import { createDeck, createProduct, deckColumns, importDeck } from '../../../company/catalog/index.ts'
import { openAccount, openBooks } from '../../../company/ledger/index.ts'
import {
  activateEmergencyAddress,
  addCarrier,
  addCarrierRoute,
  assignNumber,
  createDevice,
  createExtension,
  submitEmergencyAddress,
} from '../../../company/numbers/index.ts'
import { createCustomer, createProvider } from '../../../company/tenant/index.ts'
import type { Tx } from '../../../platform/db/index.ts'

export const benchPath = 'bench/'

const CUSTOMERS = 20
const CURRENCY = 'CAD'
const HOST = '127.0.0.1'

function done<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

export type CompanyPorts = { readonly callee: number }

/** Writes the company and returns the names of its phones; `secretKeyId` is the master key of their passwords. */
export async function writeCompany(
  tx: Tx,
  clock: Clock,
  { callee, secretKeyId, phones }: CompanyPorts & { readonly secretKeyId: number; readonly phones: number },
): Promise<readonly string[]> {
  const brand = {
    host: 'bench.localhost',
    colour: '#1f4e79',
    supportEmail: 'support@bench.example',
    phone: '+14165550100',
    postalAddress: '1 Front Street, Toronto',
  }
  const { tenantId } = done(await createProvider(tx, clock, { slug: 'bench', name: 'Northwind Voice', brand }))
  const common = { tenantId, currency: CURRENCY, monthlyMicros: 1n, setupMicros: 0n }
  const product = (kind: 'extension' | 'device' | 'number'): Promise<string> =>
    createProduct(tx, clock, { ...common, code: kind, name: kind, kind })
  const products = {
    extension: await product('extension'),
    device: await product('device'),
    number: await product('number'),
  }
  await openBooks(tx, clock, { tenantId, currency: CURRENCY })
  const deckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: CURRENCY })
  const csv = `${deckColumns.join(',')}\n1,North America,domestic,outbound,0,6,0.012,6,0.012,0,0,no\n`
  done(await importDeck(tx, clock, { tenantId, deckId, csv, activate: true }))
  const carrierId = await addCarrier(tx, clock, {
    tenantId,
    name: 'Far end',
    host: HOST,
    port: callee,
    protocol: 'udp',
  })
  for (const kind of ['normal', 'emergency'] as const) {
    done(await addCarrierRoute(tx, clock, { tenantId, carrierId, prefix: '', priority: 1, kind }))
  }
  const users: string[] = []
  for (let index = 0; index < CUSTOMERS; index += 1) {
    users.push(
      ...(await writeCustomer(tx, clock, {
        parentId: tenantId,
        deckId,
        products,
        index,
        secretKeyId,
        phones: phones / CUSTOMERS,
      })),
    )
  }
  return users
}

type NewCompanyCustomer = {
  readonly parentId: string
  readonly deckId: string
  readonly products: { readonly extension: string; readonly device: string; readonly number: string }
  readonly index: number
  readonly secretKeyId: number
  readonly phones: number
}

async function writeCustomer(tx: Tx, clock: Clock, customer: NewCompanyCustomer): Promise<readonly string[]> {
  const { parentId, deckId, products, index, secretKeyId, phones } = customer
  const place = { country: 'CA', areaCode: '416', zone: 'America/Toronto' }
  const named = { parentId, slug: `c${index}`, name: `Customer ${index}`, accountCode: `NV-${1000 + index}`, ...place }
  const { tenantId } = done(await createCustomer(tx, clock, named))
  const account = {
    tenantId,
    currency: CURRENCY,
    creditLimitMicros: 1_000_000_000_000n,
    rateDeckId: deckId,
    callsMax: 10_000,
  }
  await openAccount(tx, clock, account)
  const terms = { tenantId, startedOn: '2025-11-01', monthlyMicros: 1n, currency: CURRENCY }
  const users: string[] = []
  for (let at = 0; at < phones; at += 1) {
    const [number, sipUser] = [String(2000 + at), `bench${index}x${at}`]
    const extension = { ...terms, productId: products.extension, number, name: sipUser }
    const extensionId = done(await createExtension(tx, clock, extension)).id
    done(
      await createDevice(tx, clock, {
        ...terms,
        productId: products.device,
        extensionId,
        label: 'Load',
        sipUser,
        secretKeyId,
      }),
    )
    users.push(sipUser)
    if (at === 0) await writeNumber(tx, clock, { ...terms, productId: products.number, extensionId, index })
  }
  return users
}

/** One number a customer, with the address that outbound calls need. */
async function writeNumber(
  tx: Tx,
  clock: Clock,
  { index, ...sold }: Omit<Parameters<typeof assignNumber>[2], 'number' | 'kind'> & { index: number },
): Promise<void> {
  const number = { ...sold, number: `+1416555${String(1000 + index)}`, kind: 'did' } as const
  const phoneNumberId = done(await assignNumber(tx, clock, number)).id
  const place = { street: '1 King St W', unit: '', city: 'Toronto', region: 'ON', postalCode: 'M5H 1A1', country: 'CA' }
  const { tenantId } = sold
  const address = { tenantId, phoneNumberId, callerName: 'Bench', ...place }
  const id = done(await submitEmergencyAddress(tx, clock, address))
  const actor = { id: undefined, role: 'provider_admin', sourceAddress: HOST }
  done(await activateEmergencyAddress(tx, clock, { id, actor, reason: 'bench' }))
}
