/** The process `signal`: SIP sockets, registrar and calls. It never runs a query on the path of a call. */

import { fail, ok, type Log, type Result } from '../../base/index.ts'
import {
  callChanged,
  carrierChanged,
  carrierHealth,
  emergencyCalled,
  createSwitch,
  endLiveCall,
  flushTrace,
  liveBindings,
  liveCalls,
  shieldReport,
  recoverCalls,
  sipRealm,
  type MediaPool,
  type SipAccount,
  type Switch,
  type SwitchParts,
} from '../../company/switch/index.ts'
import {
  askServers,
  createLocator,
  createSockets,
  machineHashes,
  otherAddress,
  reachableAddress,
} from '../../network/transport/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { openMasterKeys, openSecret, sipPassword, type MasterKeys } from '../../platform/identity/index.ts'
import { EMERGENCY_DRAIN_MS } from '../emergency-drain.ts'
import type { ProcessParts, RunningProcess } from '../parts.ts'
import { registrationEvents } from './registration-events.ts'
import { loopBusy } from './loop-busy.ts'
import { keepTrace } from './keep-trace.ts'
import { openCallerIdentity } from './caller-identity.ts'
import { shareOfOne } from './share-of-one.ts'
import { joinMedia } from './media-processes.ts'
import { keepPortalHosts } from './portal-hosts.ts'
import { secureOptions } from './secure-options.ts'
import { openServices } from './services.ts'
import { openStores, type Stores } from './stores.ts'

/** The directory is looked at every two seconds; an older one is worth a note. */
const STALE_MS = 10_000

/**
 * Starts the process. It begins without database, charging and media, and says so. Fails when the SIP port cannot be
 * had or the master keys cannot be used.
 */
export async function runSignal(parts: ProcessParts): Promise<Result<RunningProcess>> {
  const { config, bus, clock, log } = parts
  const host = reachableAddress(config.sip.host)
  if (host === undefined) {
    return fail('signal.bad_address', `DIALHOUSE_SIP names the host "${config.sip.host}": give its IP address instead`)
  }
  const keys = openMasterKeys(config.dataFolder, parts.random)
  if (!keys.ok) return keys
  const identity = openCallerIdentity(config.dataFolder, clock)
  if (!identity.ok) return identity
  let carrying: Switch | undefined
  const media = joinMedia(bus, config.mediaProcesses, () => carrying)
  const opened = await openStores(parts, (before) => carrying?.onDirectory(before))
  if (!opened.ok) return opened
  const stores = opened.value
  const carried = await recoverCalls({ ...stores, media, clock, log })
  const kept = keepTrace(parts, () => stores.directory.current().traceTerms())
  const address = config.sip.host === 'localhost' ? host : config.sip.host
  const origins = keepPortalHosts(bus, clock, config)
  const secure = secureOptions({ config, host, clock, log, isOriginAllowed: origins.isAllowed })
  const transport = createSockets({ listen: { address, port: config.sip.port }, clock, log, secure })
  const services = openServices(parts, (extensionId) => carrying?.onMessages(extensionId))
  carrying = createSwitch({
    ...parts,
    ...stores,
    services,
    messagesOf: services.messagesOf,
    transport,
    locator: locatorOf(parts),
    media,
    hashes: machineHashes,
    host,
    otherHost: otherAddress(config.sip.host),
    realm: sipRealm(keys.value),
    passwordOf: passwordsFrom(keys.value, config.dataFolder, log),
    carrierPasswordOf: ({ id, auth }) => auth && openSecret(keys.value, `carrier ${id}`, auth.sealed),
    directory: stores.directory.current,
    registrations: registrationEvents(parts, stores),
    trace: kept.trace,
    busy: loopBusy(),
    ...(config.overload ? { overload: config.overload } : {}),
    ...limitsOf(config),
    ...newsOn(bus),
    onClosed: () => stores.settler.wake(),
    emergencyDrainMs: EMERGENCY_DRAIN_MS,
    callsOfOneMax: shareOfOne(config.rtp),
    ...(identity.value ? { identity: identity.value } : {}),
  })
  const listening = await carrying.open(carried)
  const running = carrying
  const close = async (end?: Parameters<Switch['close']>[0]): Promise<void> => {
    origins.close()
    await running.close(end)
    services.close()
    await kept.close()
    await stores.close()
  }
  if (!listening.ok) {
    await close()
    return listening
  }
  const { registrar } = carrying
  await stores.registrations.start((stored) => registrar.restore(stored, transport.flowTo))
  stores.settler.wake()
  serveSwitch(bus, carrying)
  bus.serve(flushTrace, () => kept.flush().then(() => true))
  log.info('carrying calls', { host: config.sip.host, port: config.sip.port })
  return ok({ notes: () => notesOf(stores, media), close })
}

/** Looks carriers up; on an IPv6 address both kinds of addresses can be reached. */
function locatorOf({ clock, random, config }: ProcessParts) {
  const { nameServers } = config
  const resolver = askServers({ clock, random, ...(nameServers ? { servers: nameServers } : {}) })
  return createLocator({ resolver, clock, random, families: config.sip.host.includes(':') ? [4, 6] : [4] })
}

/** No phone has to take an interval below a minute and a half (RFC 4028 §4). */
const LEAST_SESSION_SECONDS = 90

function limitsOf({ sipLimits }: ProcessParts['config']): Pick<SwitchParts, 'datagramMax' | 'session'> {
  const { datagramMax, sessionSeconds: seconds } = sipLimits
  return {
    ...(datagramMax === undefined ? {} : { datagramMax }),
    ...(seconds === undefined ? {} : { session: { seconds, minSeconds: Math.min(seconds, LEAST_SESSION_SECONDS) } }),
  }
}

/** What the other processes hear of as it happens. */
function newsOn(bus: Bus): Pick<SwitchParts, 'onCallChanged' | 'onEmergency' | 'onCarrierChanged'> {
  return {
    onCallChanged: (call) => bus.publish(callChanged, call),
    onEmergency: (call) => bus.publish(emergencyCalled, call),
    onCarrierChanged: (health) => bus.publish(carrierChanged, health),
  }
}

function serveSwitch(bus: Bus, carrying: Switch): void {
  bus.serve(liveCalls, () => carrying.liveCalls())
  bus.serve(shieldReport, () => carrying.shieldReport())
  bus.serve(liveBindings, () => carrying.liveBindings())
  bus.serve(carrierHealth, () => carrying.carrierHealth())
  bus.serve(endLiveCall, ({ callId }) => carrying.endCall(callId))
}

/** Passwords follow from the master keys; a device with a newer key than ours makes us read the file again. */
function passwordsFrom(first: MasterKeys, dataFolder: string, log: Log): (account: SipAccount) => string | undefined {
  let keys = first
  const missing = new Set<number>()
  return (account) => {
    const { secretKeyId } = account
    if (!keys.ids.includes(secretKeyId) && !missing.has(secretKeyId)) {
      // Looked for once: what devices say must not make us read a file for each of them.
      missing.add(secretKeyId)
      const again = openMasterKeys(dataFolder)
      if (again.ok) keys = again.value
      else log.error('the master keys cannot be read', { code: again.failure.code })
    }
    return sipPassword(keys, account)
  }
}

function notesOf({ directory, charging, spool, registrations }: Stores, media: MediaPool): string[] {
  const notes: string[] = []
  const ageSeconds = Math.round(directory.ageMs() / 1000)
  if (directory.ageMs() > STALE_MS) notes.push(`works from a directory that is ${ageSeconds} s old`)
  if (!registrations.isRestored()) notes.push('registrations of before the start are not read yet')
  if (!charging.isThere() && spool.size().closed > 0) {
    notes.push(`charging does not answer; ${spool.size().closed} finished calls wait for it`)
  }
  for (const name of media.away()) notes.push(`${name} is away`)
  return notes
}
