/** Networks that calls are sent to and come from, and which destinations each is tried for. */

import { newId, ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchCarrier, type CarrierFailure } from './errors.ts'

export type CarrierProtocol = 'udp' | 'tcp' | 'tls' | 'any'

export type NewCarrier = {
  /** The provider. */
  readonly tenantId: string
  readonly name: string
  readonly host: string
  /** Null asks the name servers (RFC 3263), and so does any protocol. */
  readonly port: number | null
  readonly protocol: CarrierProtocol
}

export type NewCarrierRoute = {
  readonly tenantId: string
  readonly carrierId: string
  /** Leading digits of E.164 without the plus; empty for every destination. */
  readonly prefix: string
  /** The lowest is tried first. */
  readonly priority: number
  readonly kind: 'normal' | 'emergency'
}

/** Adds a carrier and returns its id; nothing is sent to it before it has a route. */
export async function addCarrier(tx: Tx, clock: Clock, carrier: NewCarrier): Promise<string> {
  const { tenantId, name, host, port, protocol } = carrier
  const id = newId(clock)
  await tx`
    insert into carrier (id, tenant_id, name, host, port, protocol, status, created_at)
    values (${id}, ${tenantId}, ${name}, ${host}, ${port}, ${protocol}, 'active', ${clock.now()})`
  return id
}

/** Reaches a carrier at another address from now on. */
export async function moveCarrier(
  tx: Tx,
  { carrierId, host, port }: { readonly carrierId: string; readonly host: string; readonly port: number },
): Promise<Result<true, CarrierFailure>> {
  const moved = await tx`update carrier set host = ${host}, port = ${port} where id = ${carrierId} returning id`
  return moved.length > 0 ? ok(true) : noSuchCarrier
}

/** Sends the destinations of a prefix to a carrier of the same provider; returns the route's id. */
export async function addCarrierRoute(
  tx: Tx,
  clock: Clock,
  route: NewCarrierRoute,
): Promise<Result<string, CarrierFailure>> {
  const { tenantId, carrierId, prefix, priority, kind } = route
  const known = await tx`select 1 from carrier where id = ${carrierId} and tenant_id = ${tenantId}`
  if (known.length === 0) return noSuchCarrier
  const id = newId(clock)
  await tx`
    insert into carrier_route (id, tenant_id, carrier_id, prefix, priority, kind)
    values (${id}, ${tenantId}, ${carrierId}, ${prefix}, ${priority}, ${kind})`
  return ok(id)
}

export type ListedRoute = Omit<NewCarrierRoute, 'tenantId' | 'carrierId'> & { readonly id: string }
export type ListedCarrier = Omit<NewCarrier, 'tenantId'> & {
  readonly id: string
  readonly status: 'active' | 'disabled'
  /** Most calls that it takes at once; null without a limit. */
  readonly channelsMax: number | null
  /** How often it is asked whether it is there, and how many failures and answers in a row count. */
  readonly pingSeconds: number
  readonly downAfter: number
  readonly upAfter: number
  /** Who we are when it asks for a password. */
  readonly authUser: string | null
  /** Whether we register with it, for one address of record or for all numbers. */
  readonly registration: 'none' | 'single' | 'bulk'
  readonly routes: readonly ListedRoute[]
}

/** The carriers in scope by name, each with its routes in the order in which they are tried. */
export async function listCarriers(tx: Tx): Promise<readonly ListedCarrier[]> {
  const carriers = await tx<Omit<ListedCarrier, 'routes'>[]>`
    select id, name, host, port, protocol, status, channels_max as "channelsMax", ping_seconds as "pingSeconds",
           down_after as "downAfter", up_after as "upAfter", auth_user as "authUser", registration
    from carrier order by name collate "C", id limit 200`
  const routes = await tx<(ListedRoute & { carrierId: string })[]>`
    select id, carrier_id as "carrierId", prefix, priority, kind from carrier_route
    where carrier_id = any(${carriers.map(({ id }) => id)}::uuid[])
    order by kind collate "C", prefix collate "C", priority, id`
  return carriers.map((carrier) => ({
    ...carrier,
    routes: routes
      .filter((route) => route.carrierId === carrier.id)
      .map(({ id, prefix, priority, kind }) => ({ id, prefix, priority, kind })),
  }))
}
