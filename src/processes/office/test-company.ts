/** Rows of every kind for every customer of the small tree, each with a mark that only its owner may ever be shown. */

import { newId, type Clock } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { createApiKey, recordAudit } from '../../platform/identity/index.ts'
import { sendMail } from '../../platform/mail/index.ts'
import {
  assignPlan,
  createDeck,
  createGroup,
  createPlan,
  createProduct,
  deckColumns,
  importDeck,
} from '../../company/catalog/index.ts'
import { openAccount, openBooks } from '../../company/ledger/index.ts'
import {
  addCarrier,
  addCarrierRoute,
  assignNumber,
  createDevice,
  createTrunk,
  createExtension,
  submitEmergencyAddress,
} from '../../company/numbers/index.ts'
import type { LiveCall } from '../../company/switch/index.ts'
import { openTicket, setUpSupport } from '../../company/support/index.ts'
import { createPerson, type PlacedTenant } from '../../company/tenant/index.ts'
import type { Sql } from '../../../test/database.ts'
import { addPayments } from './test-payments.ts'
import type { TestOffice } from './testing.ts'

/** A text that stands in rows of this tenant only. */
export function markOf(slug: string): string {
  return `zq${slug}qz`
}

type Parts = { readonly db: Db; readonly clock: Clock; readonly ownerSql: Sql }

/** Fills the company of an office. */
export async function fillCompany(parts: Parts, { tree, persons, live }: TestOffice): Promise<void> {
  const { db, clock, ownerSql } = parts
  const provider = { tenantPath: 'nw/' }
  const products = await db.as(provider, async (tx) => {
    const { tenantId } = tree.provider
    const product = (code: string, kind: 'extension' | 'device' | 'number' | 'trunk') =>
      createProduct(tx, clock, {
        tenantId,
        code,
        name: markOf('nw'),
        kind,
        currency: 'CAD',
        monthlyMicros: 1n,
        setupMicros: 0n,
      })
    await openBooks(tx, clock, { tenantId, currency: 'CAD' })
    const line = '+13055550199'
    await setUpSupport(tx, clock, { tenantId, zone: 'America/Toronto', currency: 'USD', emergencyNumber: line })
    const carrierId = await addCarrier(tx, clock, {
      tenantId,
      name: markOf('nw'),
      host: '127.0.0.1',
      port: 5070,
      protocol: 'udp',
    })
    await addCarrierRoute(tx, clock, { tenantId, carrierId, prefix: '', priority: 1, kind: 'normal' })
    return {
      extension: await product('ext', 'extension'),
      device: await product('dev', 'device'),
      number: await product('num', 'number'),
      trunk: await product('trunk', 'trunk'),
    }
  })
  await ownerSql`
    insert into below_cost_route
      (id, tenant_id, carrier_id, version_id, prefix, cost_version_id, cost_prefix, destination_name, currency,
       price_nanos, cost_nanos, refused, calls, first_seen_at, last_seen_at)
    select ${newId(clock)}, tenant_id, id, ${newId(clock)}, '1', ${newId(clock)}, '1', ${markOf('nw')}, 'CAD',
           1, 2, true, 1, ${clock.now()}, ${clock.now()}
    from carrier limit 1`
  await ownerSql`
    insert into rerate (id, tenant_id, customer_id, from_at, to_at, reason, state, created_at)
    values (${newId(clock)}, ${tree.provider.tenantId}, ${tree.acme.tenantId}, ${clock.now() - 1},
            ${clock.now()}, ${markOf('nw')},
            'previewed', ${clock.now()})`
  const sellers = { acme: tree.maple, birch: tree.maple, cedar: tree.lake, direct: tree.provider }
  let line = 0
  for (const [slug, seller] of Object.entries(sellers)) {
    line += 1
    const customer = tree[slug as keyof typeof sellers]
    await fillCustomer(parts, { slug, line, seller, customer, products })
    live.calls.push(liveCallOf([customer.tenantId], markOf(slug)))
  }
  for (const [name, personId] of Object.entries(persons)) {
    await addRecord(parts, { tenantId: tree.acme.tenantId, mark: markOf(name), personId })
    live.calls.push(liveCallOf([tree.acme.tenantId], markOf(name), [personId]))
  }
}

type Customer = {
  readonly slug: string
  readonly line: number
  readonly seller: PlacedTenant
  readonly customer: PlacedTenant
  readonly products: {
    readonly extension: string
    readonly device: string
    readonly number: string
    readonly trunk: string
  }
}

async function fillCustomer(parts: Parts, { slug, line, seller, customer, products }: Customer): Promise<void> {
  const { db, clock } = parts
  const mark = markOf(slug)
  const { tenantId } = customer
  const terms = { tenantId, startedOn: '2025-11-01', monthlyMicros: 1n, currency: 'CAD' }
  const extensionOfCustomer = await db.as({ tenantPath: 'nw/' }, async (tx) => {
    const personId = await createPerson(tx, clock, { tenantId, name: mark, email: `${mark}@x.example` })
    const extension = await createExtension(tx, clock, {
      ...terms,
      productId: products.extension,
      number: '200',
      name: mark,
      personId,
    })
    if (!extension.ok) throw new Error(extension.failure.message)
    const extensionId = extension.value.id
    await createDevice(tx, clock, {
      ...terms,
      productId: products.device,
      extensionId,
      label: mark,
      sipUser: mark,
      secretKeyId: 1,
    })
    const trunk = await createTrunk(tx, clock, {
      ...terms,
      tenantId,
      productId: products.trunk,
      name: mark,
      access: { mode: 'registering', sipUser: `trunk.${mark}`, secretKeyId: 1 },
      channelsMax: 2,
      callsPerSecondMax: 1,
      formatIn: 'e164',
      formatOut: 'e164',
    })
    if (!trunk.ok) throw new Error(trunk.failure.message)
    const number = await assignNumber(tx, clock, {
      ...terms,
      productId: products.number,
      number: `+1416555010${line}`,
      kind: 'did',
      extensionId,
    })
    if (!number.ok) throw new Error(number.failure.message)
    const place = { street: mark, unit: '', city: 'Toronto', region: 'ON', postalCode: 'M5H 1A1', country: 'CA' }
    await submitEmergencyAddress(tx, clock, { tenantId, phoneNumberId: number.value.id, callerName: mark, ...place })
    const rateDeckId = await createDeck(tx, clock, { tenantId: seller.tenantId, name: mark, currency: 'CAD' })
    const csv = `${deckColumns.join(',')}\n1,${mark},domestic,outbound,0,6,0.01,6,0.01,0,0,false\n`
    await importDeck(tx, clock, { tenantId: seller.tenantId, deckId: rateDeckId, csv, activate: true })
    await addPlan(tx, clock, { sellerId: seller.tenantId, customerId: tenantId, mark })
    await openAccount(tx, clock, { tenantId, currency: 'CAD', creditLimitMicros: 50_000_000n, rateDeckId })
    await createApiKey(tx, clock, { tenantId, name: mark, role: 'customer_admin', zone: 'America/Toronto' })
    await recordAudit(tx, clock, {
      tenantId,
      actorId: undefined,
      actorRole: 'system',
      source: undefined,
      action: 'test.fill',
      subjectKind: 'customer',
      subjectId: tenantId,
      after: { mark, amount: 1n },
    })
    await openTicket(tx, clock, {
      tenantId,
      channel: 'portal',
      category: 'troubleshooting',
      severity: undefined,
      subject: mark,
      description: mark,
      requester: { id: undefined, name: mark, email: `${mark}@x.example` },
      contactNumber: '',
      affected: '',
      zone: 'America/Toronto',
    })
    const box = { name: mark, address: `${mark}@x.example` }
    await sendMail(tx, clock, { tenantId, from: box, to: box, subject: mark, text: mark, html: mark })
    return extensionId
  })
  await addRecord(parts, { tenantId, mark, personId: undefined })
  await addInvoice(parts, { customerId: tenantId, sellerId: seller.tenantId, mark })
  const sellerMark = markOf(seller.path.split('/').at(-2) ?? '')
  const money = { customerId: tenantId, sellerId: seller.tenantId, mark, sellerMark }
  await addPayments(parts, { ...money, extensionId: extensionOfCustomer })
}

/** An invoice that was issued, of a run of the seller. */
async function addInvoice(
  { ownerSql, clock }: Parts,
  { customerId, sellerId, mark }: { readonly customerId: string; readonly sellerId: string; readonly mark: string },
): Promise<void> {
  const at = clock.now()
  const billed = { name: mark, accountCode: mark, address: '', email: '', region: 'ON', country: 'CA', taxExempt: null }
  await ownerSql`
    insert into billing_run (id, tenant_id, period_to, kind, state, started_at)
    values (${newId(clock)}, ${sellerId}, '2025-12-01', 'customer', 'issued', ${at})
    on conflict (tenant_id, period_to, kind) do nothing`
  await ownerSql`
    insert into invoice
      (id, tenant_id, seller_id, customer_id, kind, account_id, number, status, currency, period_from, period_to,
       window_from, window_to, zone, billed, created_at, drafted_at, issued_at, due_at)
    select ${newId(clock)}, tenant_id, ${sellerId}, tenant_id, 'customer', id, ${mark}, 'issued', 'CAD', '2025-11-01',
           '2025-12-01', ${at - 1}, ${at}, 'UTC', ${JSON.stringify(billed)}::text::jsonb, ${at}, ${at}, ${at}, ${at}
    from account where tenant_id = ${customerId} and kind = 'customer'`
}

/** A call in progress, as `signal` tells of it. */
export function liveCallOf(tenantIds: readonly string[], mark: string, personIds: readonly string[] = []): LiveCall {
  return {
    callId: mark,
    state: 'talking',
    tenantIds,
    personIds,
    from: '200',
    fromName: mark,
    to: '+14165550199',
    toName: mark,
    class: 'domestic',
    carrierId: undefined,
    verstat: undefined,
    startedAt: 1_764_000_000_000,
    answeredAt: 1_764_000_001_000,
    reservedMicros: 60_000n,
    currency: 'CAD',
  }
}

/** One rated call of an hour ago. */
async function addRecord(
  { ownerSql, clock }: Parts,
  {
    tenantId,
    mark,
    personId,
  }: { readonly tenantId: string; readonly mark: string; readonly personId: string | undefined },
): Promise<void> {
  const at = clock.now() - 3_600_000
  await ownerSql`
    insert into cdr
      (id, tenant_id, call_id, person_id, direction, class, from_number, from_name, to_number, to_name, started_at,
       answered_at, ended_at, occurred_at, duration_seconds, ended_by, hangup_cause, sip_status, estimated, sip_call_id,
       charge_micros, currency, charge_reason, billed_seconds, explanation, stored_at)
    values
      (${newId(clock)}, ${tenantId}, ${mark}, ${personId ?? null}, 'outbound', 'domestic', '200', ${mark},
       '+14165550199', ${mark}, ${at}, ${at}, ${at + 60_000}, ${at}, 60, 'caller', 'normal', 200, false, ${mark},
       10000, 'CAD', 'rated', 60, '[]', ${at})`
}

type AddedPlan = { readonly sellerId: string; readonly customerId: string; readonly mark: string }

/** A plan of a seller, and a customer who has it. */
async function addPlan(tx: Tx, clock: Clock, { sellerId, customerId, mark }: AddedPlan): Promise<void> {
  const group = { name: mark, direction: 'outbound', classes: ['domestic'], prefixes: [] } as const
  const groupId = await createGroup(tx, clock, { tenantId: sellerId, ...group })
  const tiers = [{ from: 60n, discountPpm: 1000 }]
  const discount = { name: mark, groupId, unit: 'seconds', renewal: 'monthly', priority: 1, tiers } as const
  const plan = { tenantId: sellerId, name: mark, currency: 'CAD', quotas: [], discounts: [discount] }
  const planId = await createPlan(tx, clock, plan)
  await assignPlan(tx, clock, { tenantId: customerId, planId, billDay: 1 })
}
