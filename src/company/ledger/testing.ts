/** A small house for tests of charging: a provider, two customers, a deck; and records of calls. */

import { newId, systemClock, type Clock, type Micros } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { createDeck, deckColumns, importDeck } from '../catalog/index.ts'
import { openAccount, openBooks } from './open-account.ts'
import type { CdrRecord, ReserveRequest } from './protocol.ts'

export const testDeck = [
  deckColumns.join(','),
  '1,North America,domestic,outbound,0,6,0.012,6,0.012,0,0,no',
  '44,United Kingdom,international,outbound,0,60,0.35,60,0.35,0,0,no',
  '882,Satellite,premium,outbound,1,60,6,60,6,0,0,yes',
  '1900,Premium,premium,outbound,0.40,60,0.20,1,0.10,0,0,no',
  '1800,Toll-free,tollfree,inbound,0,6,0.02,6,0.02,0,0,no',
].join('\n')

export type TestCustomer = { readonly tenantId: string; readonly accountId: string; readonly path: string }

export type TestHouse = {
  readonly providerId: string
  readonly deckId: string
  readonly versionId: string
  readonly customers: readonly TestCustomer[]
}

async function addTenant(tx: Tx, clock: Clock, path: string, parentId: string | null, kind: string): Promise<string> {
  const id = newId(clock)
  const slug = path.split('/').at(-2)!
  await tx`
    insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
    values (${id}, ${id}, ${parentId}, ${kind}, ${path}, ${slug}, ${slug}, ${clock.now()})`
  return id
}

/** Writes the house with office's rights; `limitMicros` is each customer's credit limit. */
export async function buildTestHouse(
  office: Db,
  limitMicros: Micros = 100_000_000n,
  callsMax = 100,
): Promise<TestHouse> {
  const clock = systemClock()
  return office.as({ tenantPath: 'nw/' }, async (tx) => {
    const providerId = await addTenant(tx, clock, 'nw/', null, 'provider')
    await openBooks(tx, clock, { tenantId: providerId, currency: 'CAD' })
    const deckId = await createDeck(tx, clock, { tenantId: providerId, name: 'Standard', currency: 'CAD' })
    const imported = await importDeck(tx, clock, { tenantId: providerId, deckId, csv: testDeck, activate: true })
    if (!imported.ok) throw new Error(imported.failure.message)
    const customers: TestCustomer[] = []
    for (const slug of ['acme', 'birch']) {
      const path = `nw/${slug}/`
      const tenantId = await addTenant(tx, clock, path, providerId, 'customer')
      const accountId = await openAccount(tx, clock, {
        tenantId,
        currency: 'CAD',
        creditLimitMicros: limitMicros,
        rateDeckId: deckId,
        callsMax,
      })
      customers.push({ tenantId, accountId, path })
    }
    return { providerId, deckId, versionId: imported.value.versionId, customers }
  })
}

export type TestLevel = { readonly tenantId: string; readonly accountId: string; readonly path: string }

export type TestChain = TestHouse & {
  /** The sub-partner's, then the partner's account; the customer buys from the sub-partner. */
  readonly levels: readonly TestLevel[]
  readonly customer: TestCustomer
}

/** A house with a partner, a sub-partner and his customer; the wholesale decks cost half of the one above each. */
export async function buildTestChain(
  office: Db,
  limits: { readonly customer: Micros; readonly sub: Micros; readonly partner: Micros },
  callsMax = 1000,
): Promise<TestChain> {
  const clock = systemClock()
  const house = await buildTestHouse(office)
  return office.as({ tenantPath: 'nw/' }, async (tx) => {
    const levelOf = async (path: string, parentId: string, limit: Micros, prices: string): Promise<TestLevel> => {
      const tenantId = await addTenant(tx, clock, path, parentId, 'partner')
      await openBooks(tx, clock, { tenantId, currency: 'CAD' })
      const deckId = await createDeck(tx, clock, { tenantId: parentId, name: `For ${path}`, currency: 'CAD' })
      const imported = await importDeck(tx, clock, { tenantId: parentId, deckId, csv: prices, activate: true })
      if (!imported.ok) throw new Error(imported.failure.message)
      const terms = { tenantId, currency: 'CAD', creditLimitMicros: limit, rateDeckId: deckId, callsMax }
      return { tenantId, path, accountId: await openAccount(tx, clock, { ...terms, kind: 'wholesale' }) }
    }
    const half = testDeck.replaceAll(',0.35,', ',0.18,').replaceAll(',0.012,', ',0.006,')
    const quarter = testDeck.replaceAll(',60,0.35,60,0.35', ',1,0.09,1,0.09').replaceAll(',0.012,', ',0.003,')
    const partner = await levelOf('nw/maple/', house.providerId, limits.partner, quarter)
    const sub = await levelOf('nw/maple/lake/', partner.tenantId, limits.sub, half)
    const path = 'nw/maple/lake/cedar/'
    const tenantId = await addTenant(tx, clock, path, sub.tenantId, 'customer')
    const terms = { tenantId, currency: 'CAD', creditLimitMicros: limits.customer, rateDeckId: house.deckId, callsMax }
    const customer = { tenantId, path, accountId: await openAccount(tx, clock, terms) }
    return { ...house, levels: [sub, partner], customer }
  })
}

/** What the switch asks before an outbound call. */
export function reserveRequest(customer: TestCustomer, over: Partial<ReserveRequest> = {}): ReserveRequest {
  const clock = systemClock()
  return {
    cdrId: newId(clock),
    callId: 'call-1',
    accountId: customer.accountId,
    direction: 'outbound',
    destination: '+442071838750',
    at: clock.now(),
    ...over,
  }
}

/** The record of an answered outbound call of `seconds`. */
export function callRecord(customer: TestCustomer, seconds: number, over: Partial<CdrRecord> = {}): CdrRecord {
  const clock = systemClock()
  const endedAt = over.endedAt ?? clock.now()
  return {
    id: newId(clock),
    callId: 'call-1',
    tenantId: customer.tenantId,
    accountId: customer.accountId,
    personId: undefined,
    direction: 'outbound',
    class: 'international',
    from: '+14165550100',
    fromName: 'Front desk',
    to: '+442071838750',
    toName: '',
    startedAt: endedAt - seconds * 1000 - 2000,
    ringingAt: endedAt - seconds * 1000 - 1000,
    answeredAt: endedAt - seconds * 1000,
    endedAt,
    endedBy: 'caller',
    hangupCause: 'normal',
    sipStatus: 200,
    reserved: true,
    estimated: false,
    carrierId: undefined,
    sipCallId: 'abc@phone',
    quality: '',
    ...over,
  }
}
