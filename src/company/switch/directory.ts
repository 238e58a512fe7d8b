/**
 * The directory: everything the switch must know of customers, phones, numbers and carriers to route
 * a call, in memory. It is rebuilt from rows as a whole and swapped at once, so that a call never sees
 * half a change.
 */

import type { E164 } from '../../base/index.ts'

export type Customer = {
  readonly tenantId: string
  readonly name: string
  /** Account ID as people quote it. */
  readonly accountCode: string
  readonly accountId: string
  readonly country: string
  /** Completes numbers dialled without an area code. */
  readonly areaCode: string
  readonly status: 'active' | 'suspended' | 'terminated'
}

export type Extension = {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly name: string
  readonly personId: string | undefined
  readonly forward: Forward
}

/** Where calls of an extension go on to, as dialled from there; undefined where they do not. */
export type Forward = {
  readonly always: string | undefined
  readonly busy: string | undefined
  readonly noAnswer: string | undefined
  readonly afterSeconds: number
}

/** No forwarding: what an extension starts with. */
export const noForward: Forward = { always: undefined, busy: undefined, noAnswer: undefined, afterSeconds: 20 }

export type Device = {
  readonly id: string
  readonly tenantId: string
  readonly extensionId: string
  readonly label: string
  readonly sipUser: string
  readonly secretKeyId: number
  readonly secretVersion: number
}

export type PhoneNumber = {
  readonly id: string
  readonly tenantId: string
  readonly number: E164
  readonly kind: 'did' | 'tollfree' | 'mobile'
  readonly extensionId: string | undefined
  /** No outbound call may show this number before its 911 service address is active. */
  readonly emergencyAddressActive: boolean
}

export type Carrier = {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly port: number
  readonly protocol: 'udp' | 'tcp'
}

export type CarrierRoute = {
  readonly carrierId: string
  /** Leading digits of E.164 without plus; empty for every destination. */
  readonly prefix: string
  readonly priority: number
  readonly kind: 'normal' | 'emergency'
}

/** What is read from the database, and what the copy on disk holds. */
export type DirectoryRows = {
  readonly customers: readonly Customer[]
  readonly extensions: readonly Extension[]
  readonly devices: readonly Device[]
  readonly numbers: readonly PhoneNumber[]
  readonly carriers: readonly Carrier[]
  readonly routes: readonly CarrierRoute[]
}

export type Directory = {
  customer(tenantId: string): Customer | undefined
  device(sipUser: string): Device | undefined
  extension(id: string): Extension | undefined
  extensionByNumber(tenantId: string, number: string): Extension | undefined
  devicesOf(extensionId: string): readonly Device[]
  number(number: E164): PhoneNumber | undefined
  /** The number that an extension shows: its own, else the customer's first with an active address, else its first. */
  callerNumber(extension: Extension): PhoneNumber | undefined
  carrier(id: string): Carrier | undefined
  /** The carrier whose signalling comes from this address. */
  carrierAt(address: string, port: number): Carrier | undefined
  /** Carrier routes for a destination, best first: longest prefix, then lowest priority number. */
  routesFor(destination: E164): readonly CarrierRoute[]
  /** Every carrier once: those for emergencies first, then whoever else could carry the call. */
  emergencyRoutes(): readonly CarrierRoute[]
  readonly size: { readonly devices: number; readonly numbers: number }
}

export const emptyRows: DirectoryRows = {
  customers: [],
  extensions: [],
  devices: [],
  numbers: [],
  carriers: [],
  routes: [],
}

function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string | undefined): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = key(row)
    if (name === undefined) continue
    const group = groups.get(name)
    if (group) group.push(row)
    else groups.set(name, [row])
  }
  return groups
}

/** Digits that a route's prefix can have at most: all of E.164. */
const LONGEST_PREFIX = 15

/** Indexes the rows; costs about a microsecond a row. */
export function buildDirectory(rows: DirectoryRows): Directory {
  const customers = new Map(rows.customers.map((row) => [row.tenantId, row]))
  const devices = new Map(rows.devices.map((row) => [row.sipUser, row]))
  const extensions = new Map(rows.extensions.map((row) => [row.id, row]))
  const extensionNumbers = new Map(rows.extensions.map((row) => [`${row.tenantId}/${row.number}`, row]))
  const devicesByExtension = groupBy(rows.devices, (row) => row.extensionId)
  const numbers = new Map(rows.numbers.map((row) => [row.number, row]))
  const numbersByExtension = groupBy(rows.numbers, (row) => row.extensionId)
  const numbersByTenant = groupBy(rows.numbers, (row) => row.tenantId)
  const carriers = new Map(rows.carriers.map((row) => [row.id, row]))
  const carriersByAddress = new Map(rows.carriers.map((row) => [`${row.host}:${row.port}`, row]))
  const carriersByHost = new Map(rows.carriers.map((row) => [row.host, row]))
  const byPriority = rows.routes.toSorted((a, b) => a.priority - b.priority)
  const emergencyFirst = [
    ...byPriority.filter((row) => row.kind === 'emergency'),
    ...byPriority.filter((row) => row.kind === 'normal'),
  ]
  const emergency = [...Map.groupBy(emergencyFirst, (row) => row.carrierId).values()].map((same) => same[0]!)
  const routesByPrefix = groupBy(byPriority, (row) => (row.kind === 'normal' ? row.prefix : undefined))
  return {
    customer: (tenantId) => customers.get(tenantId),
    device: (sipUser) => devices.get(sipUser),
    extension: (id) => extensions.get(id),
    extensionByNumber: (tenantId, number) => extensionNumbers.get(`${tenantId}/${number}`),
    devicesOf: (extensionId) => devicesByExtension.get(extensionId) ?? [],
    number: (number) => numbers.get(number),
    callerNumber(extension) {
      const own = numbersByExtension.get(extension.id)?.find((row) => row.kind === 'did')
      if (own) return own
      const all = (numbersByTenant.get(extension.tenantId) ?? []).filter((row) => row.kind === 'did')
      return all.find((row) => row.emergencyAddressActive) ?? all[0]
    },
    carrier: (id) => carriers.get(id),
    carrierAt(address, port) {
      // On loopback, phones and carriers share the address: there the port tells them apart.
      const byHost = address.startsWith('127.') || address === '::1' ? undefined : carriersByHost.get(address)
      return carriersByAddress.get(`${address}:${port}`) ?? byHost
    },
    routesFor(destination) {
      const found: CarrierRoute[] = []
      for (let length = Math.min(destination.length - 1, LONGEST_PREFIX); length >= 0; length--) {
        const routes = routesByPrefix.get(destination.slice(1, 1 + length))
        if (routes) found.push(...routes)
      }
      return found
    },
    emergencyRoutes: () => emergency,
    size: { devices: devices.size, numbers: numbers.size },
  }
}
