/** Configuration from the environment: the stable names of the product, checked once at start. */

import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fail, ok, type Result } from './errors.ts'

export type Endpoint = { readonly host: string; readonly port: number }

export type Config = {
  /** Where the portal and the API listen. Plain http is served on loopback only. */
  readonly http: Endpoint
  /** Where phones and trunks register, UDP and TCP. */
  readonly sip: Endpoint
  /** Beside it: TLS, secure WebSocket, and plain WebSocket, which is for this machine only; 0 takes a free port. */
  readonly sipPorts: { readonly tls: number; readonly wss: number; readonly ws: number }
  /** UDP ports for RTP and RTCP, even first, half open. */
  readonly rtp: { readonly first: number; readonly end: number }
  /** Processes that carry audio: `media-1` and so on. */
  readonly mediaProcesses: number
  /** Absolute path of the folder that holds everything of this installation. */
  readonly dataFolder: string
  /** An external PostgreSQL; the embedded one is used when absent. */
  readonly databaseUrl: string | undefined
  /** Asked for carriers that have a name; undefined asks the machine's own. */
  readonly nameServers: readonly { readonly address: string; readonly port: number }[] | undefined
  /** A collector of SIP messages that speaks HEP3; undefined sends none. */
  readonly hep: Endpoint | undefined
  /** When signal refuses new calls: share of its time, and delay of its timers; undefined for the usual. */
  readonly overload: { readonly busyMax: number; readonly lagMaxMs: number } | undefined
  /** Most bytes of an INVITE over UDP, 0 for any, and seconds between session refreshes; undefined for the usual. */
  readonly sipLimits: { readonly datagramMax: number | undefined; readonly sessionSeconds: number | undefined }
  /** Seed of the simulated world. */
  readonly seed: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** `host:port`, with the host in brackets when it is IPv6. */
export function parseEndpoint(text: string): Result<Endpoint> {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text.trim())
  const port = Number(match?.[2])
  if (!match || port > 65535) return fail('config.bad_endpoint', `"${text}" is not host:port, such as 127.0.0.1:8080`)
  return ok({ host: match[1]!.replace(/^\[|\]$/g, ''), port })
}

function parsePortRange(text: string): Result<{ first: number; end: number }> {
  const match = /^(\d{4,5})-(\d{4,5})$/.exec(text.trim())
  const first = Number(match?.[1])
  const last = Number(match?.[2])
  if (!match || first < 1024 || last > 65535 || last - first < 3) {
    return fail('config.bad_rtp_range', `DIALHOUSE_RTP="${text}" is not a range of ports such as 20000-23999`)
  }
  return ok({ first: first + (first % 2), end: last + 1 })
}

/** A port of its own for a transport; 0, when none is named, leaves the choice to the system. */
function parsePort(name: string, text: string | undefined): Result<number> {
  if (text === undefined || /^\d{1,5}$/.test(text)) {
    const port = Number(text ?? 0)
    if (port <= 65535) return ok(port)
  }
  return fail('config.bad_port', `${name}="${text}" is not a port, such as 5061`)
}

/** A whole number that has to lie between two others; undefined when nothing is said. */
function parseCount(
  name: string,
  text: string | undefined,
  [least, most]: [number, number],
): Result<number | undefined> {
  if (text === undefined || text === '') return ok(undefined)
  const count = /^\d{1,6}$/.test(text) ? Number(text) : -1
  if (count >= least && count <= most) return ok(count)
  return fail('config.bad_count', `${name}="${text}" is not a whole number from ${least} to ${most}`)
}

const MEDIA_PROCESSES_MAX = 64

function parseMediaProcesses(text: string): Result<number> {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MEDIA_PROCESSES_MAX) return ok(count)
  return fail('config.bad_media', `DIALHOUSE_MEDIA="${text}" is not a number from 1 to ${MEDIA_PROCESSES_MAX}`)
}

/** `95%,100ms`: the share of its time and the delay from which new calls are refused; 100 % means by delay only. */
function parseOverload(text: string): Result<{ busyMax: number; lagMaxMs: number }> {
  const match = /^(\d{1,3})%,(\d{1,5})ms$/.exec(text.trim())
  const [percent, lagMaxMs] = [Number(match?.[1]), Number(match?.[2])]
  if (match && percent >= 10 && percent <= 100 && lagMaxMs >= 1) return ok({ busyMax: percent / 100, lagMaxMs })
  return fail('config.bad_overload', `DIALHOUSE_OVERLOAD="${text}" is not a share and a delay such as 95%,100ms`)
}

/** The data folder when none is named: /var/lib for root (PostgreSQL must reach it), else beside the program. */
export function defaultDataFolder(isRoot: boolean, programFolder: string): string {
  return isRoot ? '/var/lib/dialhouse' : resolve(programFolder, '.dialhouse')
}

/** Reads the environment; the first unusable value is named with what it should look like. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Result<Config> {
  const http = parseEndpoint(environment['DIALHOUSE_HTTP'] ?? '127.0.0.1:8080')
  if (!http.ok) return http
  const sip = parseEndpoint(environment['DIALHOUSE_SIP'] ?? '127.0.0.1:5060')
  if (!sip.ok) return sip
  const [tls, wss, ws] = (['DIALHOUSE_SIP_TLS', 'DIALHOUSE_SIP_WSS', 'DIALHOUSE_SIP_WS'] as const).map((name) =>
    parsePort(name, environment[name]),
  ) as [Result<number>, Result<number>, Result<number>]
  if (!tls.ok) return tls
  if (!wss.ok) return wss
  if (!ws.ok) return ws
  const rtp = parsePortRange(environment['DIALHOUSE_RTP'] ?? '20000-23999')
  if (!rtp.ok) return rtp
  const collector = environment['DIALHOUSE_HEP']
  const hep = collector ? parseEndpoint(collector) : undefined
  if (hep && !hep.ok) return hep
  const dns = environment['DIALHOUSE_DNS']
  const nameServer = dns ? parseEndpoint(dns) : undefined
  if (nameServer && !nameServer.ok) return nameServer
  const threshold = environment['DIALHOUSE_OVERLOAD']
  const overload = threshold ? parseOverload(threshold) : undefined
  if (overload && !overload.ok) return overload
  const datagramMax = parseCount('DIALHOUSE_SIP_MTU', environment['DIALHOUSE_SIP_MTU'], [0, 65_535])
  if (!datagramMax.ok) return datagramMax
  const session = parseCount('DIALHOUSE_SIP_SESSION', environment['DIALHOUSE_SIP_SESSION'], [90, 86_400])
  if (!session.ok) return session
  const mediaProcesses = parseMediaProcesses(environment['DIALHOUSE_MEDIA'] ?? '1')
  if (!mediaProcesses.ok) return mediaProcesses
  const seed = Number(environment['DIALHOUSE_SEED'] ?? '1')
  if (!Number.isSafeInteger(seed) || seed < 0) {
    return fail('config.bad_seed', `DIALHOUSE_SEED="${environment['DIALHOUSE_SEED']}" is not a whole number`)
  }
  const level = environment['DIALHOUSE_LOG'] ?? 'info'
  if (level !== 'debug' && level !== 'info' && level !== 'warn' && level !== 'error') {
    return fail('config.bad_log_level', `DIALHOUSE_LOG="${level}" is none of debug, info, warn, error`)
  }
  const named = environment['DIALHOUSE_DATA']
  const folder = named?.replace(/^~(?=\/|$)/, homedir())
  return ok({
    http: http.value,
    sip: sip.value,
    sipPorts: { tls: tls.value, wss: wss.value, ws: ws.value },
    rtp: rtp.value,
    mediaProcesses: mediaProcesses.value,
    dataFolder: folder ? resolve(folder) : defaultDataFolder(process.getuid?.() === 0, process.cwd()),
    databaseUrl: environment['DATABASE_URL'] || undefined,
    nameServers: nameServer && [{ address: nameServer.value.host, port: nameServer.value.port }],
    hep: hep?.value,
    overload: overload?.value,
    sipLimits: { datagramMax: datagramMax.value, sessionSeconds: session.value },
    seed,
    logLevel: level,
  })
}
