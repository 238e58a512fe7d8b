/** SIP trunks of two customers: one whose telephone system the world plays, one kept free for people and tests. */

import { FailureError, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { assignNumber, changeTrunk, createTrunk, submitEmergencyAddress } from '../../company/numbers/index.ts'
import type { PlannedCustomer } from './plan.ts'

/** Products that a trunk and its numbers are sold by. */
export type TrunkSale = (code: 'sip-trunk' | 'local-number') => {
  readonly tenantId: string
  readonly productId: string
  readonly startedOn: string
  readonly monthlyMicros: bigint
  readonly currency: string
  readonly exemptReason?: string
}

export type PlannedTrunk = {
  readonly name: string
  readonly sipUser: string
  /** Last digits of its numbers, behind area code and 555. */
  readonly lines: readonly string[]
  readonly reserved: boolean
}

/** By the place of their customers in the plan. */
export const plannedTrunks: readonly PlannedTrunk[] = [
  { name: 'Free trunk', sipUser: 'trunk.demo-free', lines: ['0193', '0194'], reserved: true },
  { name: 'Office exchange', sipUser: 'trunk.demo-office', lines: ['0191', '0192'], reserved: false },
]

function done<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

/** Sells a trunk with its numbers; their addresses are submitted, and activated with all others. */
export async function writeTrunk(
  tx: Tx,
  clock: Clock,
  {
    trunk,
    customer,
    sale,
    secretKeyId,
  }: {
    readonly trunk: PlannedTrunk
    readonly customer: PlannedCustomer
    readonly sale: TrunkSale
    readonly secretKeyId: number
  },
): Promise<void> {
  const { name, sipUser, lines } = trunk
  const terms = sale('sip-trunk')
  const { tenantId } = terms
  const { code, city, region, postalCode, country } = customer.area
  const access = { mode: 'registering', sipUser, secretKeyId } as const
  const limits = { channelsMax: 10, callsPerSecondMax: 5, formatIn: 'e164', formatOut: 'e164' } as const
  const { id: trunkId } = done(await createTrunk(tx, clock, { ...terms, name, access, ...limits }))
  const numberIds: string[] = []
  for (const line of lines) {
    const number = { ...sale('local-number'), number: `+1${code}555${line}`, kind: 'did' as const, trunkId }
    const phoneNumberId = done(await assignNumber(tx, clock, number)).id
    const place = {
      callerName: customer.name,
      street: '12 Station Street',
      unit: '',
      city,
      region,
      postalCode,
      country,
    }
    done(await submitEmergencyAddress(tx, clock, { tenantId, phoneNumberId, ...place }))
    numberIds.push(phoneNumberId)
  }
  done(await changeTrunk(tx, { trunkId, mainNumberId: numberIds[0]! }))
}
