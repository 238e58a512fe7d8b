/** Both sides of a call as its records will tell them. */

import type { Party } from './call.ts'
import type { Caller, Route } from '../routing/route.ts'

const nobody: Party = { tenantId: undefined, accountId: undefined, personId: undefined, number: '', name: '' }

/** Who calls, as the other side and the records are told. */
export function callerParty(caller: Caller, route: Route): Party {
  if (caller.kind === 'carrier') {
    return { ...nobody, number: caller.number, name: caller.name, isPrivate: caller.isPrivate ?? false }
  }
  if (caller.kind === 'guest') return { ...nobody, number: caller.sipUser }
  const { tenantId, accountId } = caller.customer
  if (caller.kind === 'trunk') {
    const { name, isPrivate, trunk } = caller
    const number = caller.number?.number ?? ''
    return { tenantId, accountId, personId: undefined, number, name, isPrivate, trunkId: trunk.id }
  }
  // Inside one customer the extension is shown, outside the number that can be called back.
  const isInside = 'customer' in route && route.customer.tenantId === tenantId
  const shown = 'callerNumber' in route && !isInside ? route.callerNumber?.number : undefined
  return {
    tenantId,
    accountId,
    personId: caller.extension.personId,
    extensionId: caller.extension.id,
    number: shown ?? caller.extension.number,
    name: caller.extension.name,
    isPrivate: (caller.isPrivate ?? false) && !isInside,
  }
}

/** Who is called. */
export function calleeParty(route: Route, dialled: string): Party {
  if (route.kind === 'trunk') {
    const { tenantId, accountId } = route.customer
    const { id: trunkId, name } = route.trunk
    return { tenantId, accountId, personId: undefined, number: route.number.number, name, trunkId }
  }
  if (route.kind !== 'extension') {
    return { ...nobody, number: route.kind === 'carrier' ? route.destination : dialled }
  }
  return {
    tenantId: route.customer.tenantId,
    accountId: route.customer.accountId,
    personId: route.extension.personId,
    extensionId: route.extension.id,
    number: route.number?.number ?? route.extension.number,
    name: route.extension.name,
  }
}
