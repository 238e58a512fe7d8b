/**
 * Registers with carriers that want it (SIPconnect 2.0 registration mode): one address of record, or all our numbers at
 * once (RFC 6140). Kept up, asked for anew after a failure, and their Service-Route (RFC 3608) is taken to heart.
 */

import type { Clock, Log } from '../../../base/index.ts'
import {
  findParameter,
  writeSipUri,
  type Credentials,
  type RequestCommand,
  type RequestOutcome,
  type SipMessage,
} from '../../../network/sip/index.ts'
import type { Hop } from '../../../network/transport/index.ts'
import type { Carrier, Directory } from '../directory/directory.ts'

const TICK_MS = 1000
const ASKED_SECONDS = 3600
const LEAST_SECONDS = 30
/** After a failure so soon, then twice as late each time; a refused password does not become right by asking. */
const AGAIN_MS = 5000
const AGAIN_MAX_MS = 300_000
const ROUTES_MAX = 5

export type CarrierRegistration = 'waiting' | 'registered' | 'failed'

export type CarrierRegistrations = {
  /** Undefined where none is wanted. */
  stateOf(carrierId: string): CarrierRegistration | undefined
  /** The way that a carrier wants its calls to take, nearest first. */
  routesOf(carrierId: string): readonly string[]
  stop(): void
}

type Parts = {
  readonly clock: Clock
  readonly log: Log
  readonly host: string
  directory(): Directory
  nextHop(carrier: Carrier): Hop | undefined
  onPlace(hop: Hop, isAlive: boolean): void
  credentialsFor(carrier: Carrier): Credentials | undefined
  send(command: RequestCommand, onDone: (outcome: RequestOutcome) => void): void
}

type Standing = {
  /** What it was begun with: a change begins it anew. */
  readonly key: string
  readonly callId: string
  cseq: number
  state: CarrierRegistration
  dueMs: number
  failures: number
  seconds: number
  isAsking: boolean
  routes: readonly string[]
}

const keyOf = ({ host, port, protocol, registration, auth }: Carrier): string =>
  JSON.stringify([host, port, protocol, registration, auth])

/** Begins to register; what was registered when it stops simply runs out, for the next process goes on with it. */
export function registerWithCarriers(parts: Parts): CarrierRegistrations {
  const { clock, directory } = parts
  const standings = new Map<string, Standing>()
  const look = (carrier: Carrier): void => {
    const key = keyOf(carrier)
    const known = standings.get(carrier.id)
    const fresh = {
      key,
      callId: `${carrier.id}@${parts.host}`,
      cseq: Math.trunc(clock.now() / 1000) % 1_000_000_000,
      state: 'waiting' as const,
      dueMs: 0,
      failures: 0,
      seconds: ASKED_SECONDS,
      isAsking: false,
      routes: [],
    }
    const standing: Standing = known?.key === key ? known : fresh
    standings.set(carrier.id, standing)
    if (!standing.isAsking && clock.monotonic() >= standing.dueMs) ask(parts, carrier, standing)
  }
  const tick = (): void => {
    const wanted = directory()
      .carriers()
      .filter(({ registration, auth }) => registration && registration !== 'none' && auth)
    for (const id of standings.keys()) if (!wanted.some((carrier) => carrier.id === id)) standings.delete(id)
    for (const carrier of wanted) look(carrier)
  }
  const timer = clock.every(TICK_MS, tick)
  return {
    stateOf: (carrierId) => standings.get(carrierId)?.state,
    routesOf: (carrierId) => standings.get(carrierId)?.routes ?? [],
    stop: () => timer.stop(),
  }
}

function ask(parts: Parts, carrier: Carrier, standing: Standing): void {
  const { clock, host } = parts
  const [hop, credentials] = [parts.nextHop(carrier), parts.credentialsFor(carrier)]
  if (!hop || !credentials) return fail(parts, carrier, standing, hop ? 'no password' : 'no address')
  const isBulk = carrier.registration === 'bulk'
  const own = `<${writeSipUri({ user: credentials.user, host: carrier.host })}>`
  const extensions = isBulk
    ? ([
        ['Require', 'gin'],
        ['Proxy-Require', 'gin'],
      ] as const)
    : []
  standing.isAsking = true
  const command: RequestCommand = {
    nextHop: hop,
    method: 'REGISTER',
    target: writeSipUri({ host: carrier.host, ...(carrier.port === undefined ? {} : { port: carrier.port }) }),
    from: own,
    to: own,
    callId: standing.callId,
    cseq: ++standing.cseq,
    contactParams: '',
    isBulkContact: isBulk,
    headers: [['Expires', String(standing.seconds)], ['Supported', isBulk ? 'path, gin' : 'path'], ...extensions],
    credentials,
  }
  parts.send(command, ({ status, response, cseq }) => {
    standing.isAsking = false
    standing.cseq = cseq
    parts.onPlace(hop, response !== undefined && status !== 503)
    if (status === 423 && raise(standing, response)) return void (standing.dueMs = clock.monotonic())
    if (status >= 300 || !response) return fail(parts, carrier, standing, String(status))
    const seconds = grantedSeconds(response, standing.seconds, host)
    if (standing.state !== 'registered') parts.log.info('registered with a carrier', { carrierId: carrier.id, seconds })
    Object.assign(standing, { state: 'registered', failures: 0 })
    standing.routes = response.headers('Service-Route').slice(0, ROUTES_MAX)
    // Well before it runs out, so that one lost answer ends nothing.
    standing.dueMs = clock.monotonic() + Math.max(seconds * 0.5, seconds - 60) * 1000
  })
}

/** RFC 3261 §10.2.8: too short for this registrar. */
function raise(standing: Standing, response: SipMessage | undefined): boolean {
  const least = Number(/^\d{1,6}$/.exec(response?.header('Min-Expires') ?? '')?.[0] ?? 0)
  if (least <= standing.seconds) return false
  standing.seconds = least
  return true
}

/** What our Contact was given; other contacts of the same address are somebody else's. */
function grantedSeconds(response: SipMessage, asked: number, host: string): number {
  const contact = response.headers('Contact').find((value) => value.includes(host)) ?? ''
  const said = findParameter(contact.slice(contact.indexOf('>') + 1), 'expires') ?? response.header('Expires') ?? ''
  const seconds = /^\d{1,7}$/.test(said.trim()) ? Number(said) : asked
  return Math.max(LEAST_SECONDS, Math.min(seconds, asked))
}

function fail({ clock, log }: Parts, carrier: Carrier, standing: Standing, detail: string): void {
  if (standing.state !== 'failed') log.warn('a carrier does not register us', { carrierId: carrier.id, detail })
  standing.state = 'failed'
  standing.dueMs = clock.monotonic() + Math.min(AGAIN_MS * 2 ** standing.failures, AGAIN_MAX_MS)
  standing.failures = Math.min(standing.failures + 1, 10)
}
