/** A small company for the tests of the switch: two customers, a carrier, an emergency centre. */

import type { CdrRecord } from '../ledger/index.ts'
import { buildDirectory, noForward, type Directory, type DirectoryRows, type Forward } from './directory/directory.ts'
import type { OriginateParts } from './routing/originate.ts'
import type { Caller } from './routing/route.ts'

const customer = (tenantId: string, status: 'active' | 'suspended' | 'terminated' = 'active') => ({
  tenantId,
  name: tenantId,
  accountCode: `NW-${tenantId}`,
  accountId: `account-${tenantId}`,
  country: 'CA',
  areaCode: '416',
  status,
})

const extension = (tenantId: string, number: string) => ({
  id: `${tenantId}-${number}`,
  tenantId,
  number,
  name: `${tenantId} ${number}`,
  personId: `person-${tenantId}-${number}`,
  forward: noForward,
})

const device = (tenantId: string, number: string) => ({
  id: `device-${tenantId}-${number}`,
  tenantId,
  extensionId: `${tenantId}-${number}`,
  label: 'Desk phone',
  sipUser: `${tenantId}${number}`,
  secretKeyId: 1,
  secretVersion: 1,
})

const phoneNumber = (
  tenantId: string,
  number: string,
  routedTo: string,
  options: { tollfree?: boolean; address?: boolean } = {},
) => ({
  id: `number-${number}`,
  tenantId,
  number,
  kind: options.tollfree ? ('tollfree' as const) : ('did' as const),
  extensionId: `${tenantId}-${routedTo}`,
  emergencyAddressActive: options.address ?? true,
})

export const sampleRows: DirectoryRows = {
  customers: [customer('acme'), customer('beta'), customer('late', 'suspended'), customer('gone', 'terminated')],
  extensions: [
    extension('acme', '201'),
    extension('acme', '202'),
    extension('acme', '203'),
    extension('beta', '201'),
    extension('late', '201'),
    extension('gone', '201'),
    extension('bare', '201'),
  ],
  devices: [
    device('acme', '201'),
    device('acme', '202'),
    device('beta', '201'),
    device('late', '201'),
    device('gone', '201'),
  ],
  trunks: [],
  numbers: [
    phoneNumber('acme', '+14165550101', '201'),
    phoneNumber('acme', '+14165550103', '203', { address: false }),
    phoneNumber('acme', '+18005550199', '201', { tollfree: true }),
    phoneNumber('beta', '+16045550101', '201'),
    phoneNumber('late', '+14165550150', '201'),
    phoneNumber('gone', '+14165550160', '201'),
  ],
  carriers: [
    { id: 'northvoice', name: 'Northvoice', host: '127.0.0.1', port: 7001, protocol: 'udp' },
    { id: 'cascade', name: 'Cascade', host: '127.0.0.1', port: 7002, protocol: 'udp' },
    { id: 'psap', name: 'Emergency centre', host: '127.0.0.1', port: 7003, protocol: 'udp' },
  ],
  routes: [
    { carrierId: 'northvoice', prefix: '1', priority: 1, kind: 'normal' },
    { carrierId: 'cascade', prefix: '1', priority: 2, kind: 'normal' },
    { carrierId: 'cascade', prefix: '44', priority: 1, kind: 'normal' },
    { carrierId: 'psap', prefix: '', priority: 1, kind: 'emergency' },
  ],
}

/** The sample company with rules for one extension. */
export function forwarding(extensionId: string, rules: Partial<Forward>): DirectoryRows {
  const extensions = sampleRows.extensions.map((row) =>
    row.id === extensionId ? { ...row, forward: { ...noForward, ...rules } } : row,
  )
  return { ...sampleRows, extensions }
}

export const sampleDirectory: Directory = buildDirectory(sampleRows)

const built = new WeakMap<DirectoryRows, Directory>()

/** The directory of rows, built once. */
export function directoryOf(rows: DirectoryRows): Directory {
  const directory = built.get(rows) ?? buildDirectory(rows)
  built.set(rows, directory)
  return directory
}

/** The gate over a directory, with room for everybody; ids count up. */
export function originatingIn(directory: Directory, bindings: OriginateParts['bindings']): OriginateParts {
  let ids = 0
  return {
    directory,
    bindings,
    countOf: () => 0,
    callsOfOneMax: 50,
    isDown: () => false,
    mayCallBack: () => false,
    newId: () => `cdr-${++ids}`,
  }
}

/** A phone of the sample company as the caller. */
export function phone(tenantId: string, number: string): Caller {
  const found = sampleDirectory.extension(`${tenantId}-${number}`)!
  return {
    kind: 'device',
    device: device(tenantId, number),
    extension: found,
    customer: sampleDirectory.customer(tenantId)!,
  }
}

/** The first carrier as the caller, presenting a number. */
export function carrierCaller(number = '+12125550100'): Caller {
  return { kind: 'carrier', carrier: sampleDirectory.carrier('northvoice')!, number, name: '' }
}

/** The record of an answered call, as a crash would leave it. */
export function sampleCdr(id: string, answeredAt = 1_000): CdrRecord {
  return {
    id,
    callId: `call-${id}`,
    tenantId: 'tenant',
    accountId: 'account',
    personId: undefined,
    direction: 'outbound',
    class: 'domestic',
    from: '+14165550142',
    fromName: 'Reception',
    to: '+12125550100',
    toName: '',
    startedAt: 0,
    ringingAt: undefined,
    answeredAt,
    endedAt: answeredAt,
    endedBy: 'system',
    hangupCause: 'signal_restart',
    sipStatus: 0,
    reserved: true,
    estimated: true,
    carrierId: undefined,
    sipCallId: 'x@y',
    quality: '',
  }
}
