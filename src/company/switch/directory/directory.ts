/**
 * The directory: everything the switch must know of customers, phones, numbers and carriers to route
 * a call, in memory. It is rebuilt from rows as a whole and swapped at once, so that a call never sees
 * half a change.
 */

import type { E164 } from '../../../base/index.ts'

const DAY_MS = 86_400_000
import type { Service } from '../services/service.ts'

export type Customer = {
  readonly tenantId: string
  readonly name: string
  /** Account ID as people quote it. */
  readonly accountCode: string
  readonly accountId: string
  readonly country: string
  /** Completes numbers dialled without an area code. */
  readonly areaCode: string
  /** How long SIP messages of its calls are kept; undefined for the usual. */
  readonly ladderDays?: number | undefined
  readonly status: 'active' | 'suspended' | 'terminated'
}

export type Extension = {
  readonly id: string
  readonly tenantId: string
  readonly number: string
  readonly name: string
  readonly personId: string | undefined
  readonly forward: Forward
  /** What answers, or who is rung, instead of a person's phones. */
  readonly service?: Service | undefined
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

/** Whoever registers with a password of ours: a phone, or a telephone system. */
export type SipAccount = {
  readonly tenantId: string
  readonly sipUser: string
  readonly secretKeyId: number
  readonly secretVersion: number
}

export type Device = SipAccount & {
  readonly id: string
  readonly extensionId: string
  readonly label: string
}

/** `+14165550123`; the same without its plus; or as it is dialled at home. */
export type NumberFormat = 'e164' | 'digits' | 'national'

/** A line for a telephone system of a customer's own. */
export type Trunk = {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  /** It registers with this, or else is known by its address; never both. */
  readonly account: SipAccount | undefined
  readonly address: { readonly host: string; readonly port: number; readonly protocol: 'udp' | 'tcp' } | undefined
  readonly channelsMax: number
  readonly callsPerSecondMax: number
  readonly formatIn: NumberFormat
  readonly formatOut: NumberFormat
  readonly mainNumberId: string | undefined
}

/** A civic address, and whom to ask for there. */
export type Place = {
  readonly callerName: string
  readonly street: string
  readonly unit: string
  readonly city: string
  readonly region: string
  readonly postalCode: string
  readonly country: string
}

export type PhoneNumber = {
  readonly id: string
  readonly tenantId: string
  readonly number: E164
  readonly kind: 'did' | 'tollfree' | 'mobile'
  /** Where it rings: an extension, a trunk, or nowhere. */
  readonly extensionId: string | undefined
  readonly trunkId?: string | undefined
  /** No outbound call may show this number before its 911 service address is active. */
  readonly emergencyAddressActive: boolean
  /** The address in force: where help is sent. */
  readonly place?: Place | undefined
}

export type Carrier = {
  readonly id: string
  readonly name: string
  readonly host: string
  /** Undefined, or with `any` protocol: the name servers know (RFC 3263). */
  readonly port: number | undefined
  readonly protocol: 'udp' | 'tcp' | 'tls' | 'any'
  /** Answers its challenges; the password is sealed. */
  readonly auth?: { readonly user: string; readonly realm: string | undefined; readonly sealed: string } | undefined
  /** Whether it wants to be told where we are: for one address of record, or for all numbers (RFC 6140). */
  readonly registration?: 'none' | 'single' | 'bulk'
  /** Most calls that it takes at once; undefined when it does not say. */
  readonly channelsMax?: number | undefined
  /** How often it is asked whether it is there, and how many failures and answers in a row count. */
  readonly pingSeconds?: number
  readonly downAfter?: number
  readonly upAfter?: number
}

export type CarrierRoute = {
  readonly carrierId: string
  /** Leading digits of E.164 without plus; empty for every destination. */
  readonly prefix: string
  readonly priority: number
  readonly kind: 'normal' | 'emergency'
  /** Given when a call is routed: routes of one rank are tried by cost. */
  readonly rank?: number
}

/** What is read from the database, and what the copy on disk holds. */
export type DirectoryRows = {
  readonly customers: readonly Customer[]
  readonly extensions: readonly Extension[]
  readonly devices: readonly Device[]
  readonly trunks: readonly Trunk[]
  readonly numbers: readonly PhoneNumber[]
  readonly carriers: readonly Carrier[]
  readonly routes: readonly CarrierRoute[]
}

export type Directory = {
  customer(tenantId: string): Customer | undefined
  /** How long messages of customers' calls are kept in milliseconds, where somebody said so. */
  traceTerms(): ReadonlyMap<string, number>
  device(sipUser: string): Device | undefined
  /** The phone or registering trunk of a SIP user. */
  account(sipUser: string): SipAccount | undefined
  trunk(id: string): Trunk | undefined
  trunkOf(sipUser: string): Trunk | undefined
  /** The static trunk whose signalling comes from this address. */
  trunkAt(address: string, port: number): Trunk | undefined
  /** The number that a trunk shows when its caller names none: its main number, else the first that rings there. */
  trunkNumber(trunk: Trunk): PhoneNumber | undefined
  extension(id: string): Extension | undefined
  extensionByNumber(tenantId: string, number: string): Extension | undefined
  devicesOf(extensionId: string): readonly Device[]
  number(number: E164): PhoneNumber | undefined
  /** The number that an extension shows: its own, else the customer's first with an active address, else its first. */
  callerNumber(extension: Extension): PhoneNumber | undefined
  carrier(id: string): Carrier | undefined
  carriers(): readonly Carrier[]
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
  trunks: [],
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

/** Finds by address and port; on loopback, where all share the address, by both alone, else by the address too. */
function byAddress<Row>(
  rows: readonly Row[],
  at: (row: Row) => { host: string; port: number | undefined } | undefined,
) {
  const exact = new Map<string, Row>()
  const hosts = new Map<string, Row>()
  for (const row of rows) {
    const place = at(row)
    if (!place) continue
    exact.set(`${place.host}:${place.port ?? 5060}`, row)
    hosts.set(place.host, row)
  }
  return (address: string, port: number): Row | undefined => {
    const byHost = address.startsWith('127.') || address === '::1' ? undefined : hosts.get(address)
    return exact.get(`${address}:${port}`) ?? byHost
  }
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
  const trunks = new Map(rows.trunks.map((row) => [row.id, row]))
  const trunksByUser = new Map(rows.trunks.flatMap((row) => (row.account ? [[row.account.sipUser, row] as const] : [])))
  const numbersById = new Map(rows.numbers.map((row) => [row.id, row]))
  const numbersByTrunk = groupBy(rows.numbers, (row) => row.trunkId)
  const byPriority = rows.routes.toSorted((a, b) => a.priority - b.priority)
  const emergencyFirst = [
    ...byPriority.filter((row) => row.kind === 'emergency'),
    ...byPriority.filter((row) => row.kind === 'normal'),
  ]
  const emergency = [...Map.groupBy(emergencyFirst, (row) => row.carrierId).values()].map((same) => same[0]!)
  const routesByPrefix = groupBy(byPriority, (row) => (row.kind === 'normal' ? row.prefix : undefined))
  const terms = new Map(
    rows.customers.flatMap((row) => (row.ladderDays ? [[row.tenantId, row.ladderDays * DAY_MS]] : [])),
  )
  return {
    customer: (tenantId) => customers.get(tenantId),
    traceTerms: () => terms,
    device: (sipUser) => devices.get(sipUser),
    account: (sipUser) => devices.get(sipUser) ?? trunksByUser.get(sipUser)?.account,
    trunk: (id) => trunks.get(id),
    trunkOf: (sipUser) => trunksByUser.get(sipUser),
    trunkAt: byAddress(rows.trunks, (row) => row.address),
    trunkNumber(trunk) {
      const main = trunk.mainNumberId === undefined ? undefined : numbersById.get(trunk.mainNumberId)
      const own = (numbersByTrunk.get(trunk.id) ?? []).filter((row) => row.kind === 'did')
      return main ?? own.find((row) => row.emergencyAddressActive) ?? own[0]
    },
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
    carriers: () => rows.carriers,
    carrierAt: byAddress(rows.carriers, (row) => row),
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
