/** Makes sure that the company of the demo is there: written once, found again by every later start. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FailureError, seededRandom, type Clock, type Config, type RandomBytes } from '../base/index.ts'
import type { Db } from '../platform/db/index.ts'
import { createApiKey, createPasswordHasher, type MasterKeys } from '../platform/identity/index.ts'
import { readPhones, readTrunks, type WorldPhone, type WorldTrunk } from './population.ts'
import { planWorld, type Passwords, type WorldPlan } from './seed/plan.ts'
import { moveCarriers, type CarrierPlaces } from './seed/write-carriers.ts'
import { providerPath, writeWorld, type ApiKeys } from './seed/write-world.ts'

export type Settled = {
  readonly plan: WorldPlan
  readonly apiKeys: ApiKeys
  readonly phones: readonly WorldPhone[]
  readonly trunks: readonly WorldTrunk[]
}

export type SettleParts = {
  readonly config: Config
  readonly db: Db
  readonly clock: Clock
  readonly keys: MasterKeys
  readonly carriers: CarrierPlaces
}

/** What a data folder remembers of its demo: the seed that it was written with, and the texts of its API keys. */
type Memory = { readonly seed: number; readonly apiKeys: ApiKeys }

/** Different uses of one seed draw from different sequences. */
const KEYS_STREAM = 1_000_003

/** Writes the company when the database has none, and reads what the actors need. Throws when the database is away. */
export async function settle(parts: SettleParts): Promise<Settled> {
  const { config, db, keys, carriers } = parts
  const isEmpty = await db.asService(async (tx) => (await tx`select 1 from tenant limit 1`).length === 0)
  const memory = isEmpty ? undefined : readMemory(config.dataFolder)
  const seed = memory?.seed ?? config.seed
  const plan = planWorld(seed)
  let apiKeys = memory?.apiKeys
  if (!apiKeys) {
    const random = seededRandom(seed + KEYS_STREAM)
    apiKeys = isEmpty ? await seedCompany(parts, plan, random) : await replaceKeys(parts, plan)
    writeMemory(config.dataFolder, { seed, apiKeys })
  }
  await db.as({ tenantPath: providerPath }, (tx) => moveCarriers(tx, carriers))
  return { plan, apiKeys, phones: await readPhones(db, keys, plan), trunks: await readTrunks(db, keys) }
}

async function seedCompany(parts: SettleParts, plan: WorldPlan, random: RandomBytes): Promise<ApiKeys> {
  const { db, clock, keys, carriers } = parts
  const passwordHashes = await hashAll(plan.passwords)
  const secretKeyId = keys.newestId
  return db.as({ tenantPath: providerPath }, (tx) =>
    writeWorld(tx, { plan, clock, random, passwordHashes, secretKeyId, carriers }),
  )
}

/** Four passwords for all logins of the demo: hashing is slow on purpose. */
async function hashAll(passwords: Passwords): Promise<Passwords> {
  const hasher = createPasswordHasher()
  const hash = async (password: string): Promise<string> => {
    const hashed = await hasher.hash(password)
    if (!hashed.ok) throw new FailureError(hashed.failure)
    return hashed.value
  }
  const [staff, partner, customer, user] = await Promise.all(
    [passwords.staff, passwords.partner, passwords.customer, passwords.user].map(hash),
  )
  return { staff: staff!, partner: partner!, customer: customer!, user: user! }
}

/** A restored backup brings the keys' hashes but not their texts: new ones are made. */
async function replaceKeys({ db, clock }: SettleParts, plan: WorldPlan): Promise<ApiKeys> {
  return db.as({ tenantPath: providerPath }, async (tx) => {
    const key = async (path: string, role: 'provider_admin' | 'partner_admin' | 'customer_admin'): Promise<string> => {
      const [tenant] = await tx<{ id: string }[]>`select id from tenant where path = ${path}`
      if (!tenant) return ''
      return (await createApiKey(tx, clock, { tenantId: tenant.id, name: 'Demo', role, zone: 'America/Toronto' })).text
    }
    return {
      staff: await key(providerPath, 'provider_admin'),
      partner: await key(`${providerPath}maple/`, 'partner_admin'),
      customer: await key(`${providerPath}${plan.customers[0]!.slug}/`, 'customer_admin'),
    }
  })
}

function memoryFile(dataFolder: string): string {
  return join(dataFolder, 'world.json')
}

function readMemory(dataFolder: string): Memory | undefined {
  try {
    const memory = JSON.parse(readFileSync(memoryFile(dataFolder), 'utf8')) as Partial<Memory>
    return Number.isSafeInteger(memory.seed) && memory.apiKeys ? (memory as Memory) : undefined
  } catch {
    return undefined
  }
}

function writeMemory(dataFolder: string, memory: Memory): void {
  const path = memoryFile(dataFolder)
  writeFileSync(`${path}.new`, `${JSON.stringify(memory)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
