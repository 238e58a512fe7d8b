/** A house to charge in: a provider with a deck and books, and any number of customers with accounts. */

import { FailureError, newId, type Clock, type Result } from '../../base/index.ts'
import { createDeck, deckColumns, importDeck } from '../../company/catalog/index.ts'
import { openBooks } from '../../company/ledger/index.ts'
import { createProvider } from '../../company/tenant/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'

export type Customer = { readonly tenantId: string; readonly accountId: string }
export type House = { readonly customers: readonly Customer[]; readonly versionId: string }

const deck = [
  deckColumns.join(','),
  '1,North America,domestic,outbound,0,6,0.012,6,0.012,0,0,no',
  '44,United Kingdom,international,outbound,0,60,0.35,60,0.35,0,0,no',
].join('\n')

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** Customers of one partner: row-level security looks at the whole subtree for every row that is written. */
const PER_PARTNER = 200

/** Builds it. */
export async function buildHouse(office: Db, clock: Clock, count: number): Promise<House> {
  const seller = await office.as({ tenantPath: 'nw/' }, async (tx) => {
    const brand = { host: 'bench.localhost', colour: '#224466', supportEmail: 'a@example.com' }
    const place = { phone: '+14165550100', postalAddress: 'Toronto' }
    const provider = valueOf(
      await createProvider(tx, clock, { slug: 'nw', name: 'Bench', brand: { ...brand, ...place } }),
    )
    const { tenantId } = provider
    await openBooks(tx, clock, { tenantId, currency: 'CAD' })
    const deckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' })
    const { versionId } = valueOf(await importDeck(tx, clock, { tenantId, deckId, csv: deck, activate: true }))
    return { tenantId, deckId, versionId }
  })
  const customers: Customer[] = []
  for (let partner = 0; customers.length < count; partner++) {
    const path = `nw/p${partner}/`
    const added = await office.as({ tenantPath: path }, (tx) => addCustomers(tx, clock, { ...seller, path }))
    customers.push(...added)
  }
  return { customers, versionId: seller.versionId }
}

type Seller = { readonly tenantId: string; readonly deckId: string; readonly path: string }

async function addCustomers(tx: Tx, clock: Clock, { tenantId, deckId, path }: Seller): Promise<Customer[]> {
  const at = clock.now()
  const partnerId = newId(clock)
  const name = path.split('/').at(-2)!
  await tx`
    insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
    values (${partnerId}, ${partnerId}, ${tenantId}, 'partner', ${path}, ${name}, ${name}, ${at})`
  const customers = Array.from({ length: PER_PARTNER }, () => ({ tenantId: newId(clock), accountId: newId(clock) }))
  const tenants = customers.map((one) => one.tenantId)
  const slugs = customers.map((_, n) => `c${n}`)
  await tx`
    insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
    select id, id, ${partnerId}, 'customer', ${path} || slug || '/', slug, slug, ${at}
    from unnest(${tenants}::uuid[], ${slugs}::text[]) as one (id, slug)`
  await tx`
    insert into account (id, tenant_id, kind, currency, credit_limit_micros, rate_deck_id, calls_max, status,
                         created_at)
    select id, tenant_id, 'customer', 'CAD', 1000000000000, ${deckId}, 10000, 'open', ${at}
    from unnest(${customers.map((one) => one.accountId)}::uuid[], ${tenants}::uuid[]) as one (id, tenant_id)`
  return customers
}
