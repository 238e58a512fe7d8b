/** Which processes an installation has, in which order they stop, and what each is told by its environment. */

import type { Config, Endpoint } from '../../base/index.ts'

/** `demo` adds the simulated outside world and its sign-in link. */
export type Mode = 'demo' | 'serve'

/** Ports of the simulated world, chosen once for a data folder. */
export type WorldPorts = {
  readonly http: number
  readonly smtp: number
  readonly carrierA: number
  readonly carrierB: number
  readonly psap: number
  /** Hands out the certificates of the simulated carriers. */
  readonly authority: number
  /** The simulated card processor: its API and its card fields. */
  readonly gateway: number
}

export type PlanOptions = {
  readonly config: Config
  readonly mode: Mode
  /** Number of media processes. */
  readonly media: number
  readonly world: WorldPorts | undefined
  /** The database's URL for a role; see `roleUrl` of platform/db. */
  readonly urlFor: (role: 'office' | 'charge' | 'signal') => string
}

export type PlannedProcess = {
  readonly name: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * glibc keeps what a thread frees: argon2 alone would leave 19 MiB with each thread for ever. Large blocks go back to
 * the system at once, and there are few arenas. Measured on a first start: 63 MB less over all processes.
 */
const thriftyMalloc = { MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_ARENA_MAX: '2' }

/** `host:port`, as a URL and `parseEndpoint` write it. */
export function endpointText({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * The processes beside PostgreSQL, in the order in which they are stopped: who brings work in first, who
 * stores it last. Each is given its own role's database and never the administrator's.
 */
export function planOf({ config, mode, media, world, urlFor }: PlanOptions): readonly PlannedProcess[] {
  const shared = {
    DATABASE_URL: undefined,
    DIALHOUSE_DB_URL: undefined,
    DIALHOUSE_DATA: config.dataFolder,
    DIALHOUSE_HTTP: endpointText(config.http),
    DIALHOUSE_SIP: endpointText(config.sip),
    DIALHOUSE_SIP_TLS: String(config.sipPorts.tls),
    DIALHOUSE_SIP_WSS: String(config.sipPorts.wss),
    DIALHOUSE_SIP_WS: String(config.sipPorts.ws),
    DIALHOUSE_RTP: `${config.rtp.first}-${config.rtp.end - 1}`,
    DIALHOUSE_SEED: String(config.seed),
    DIALHOUSE_LOG: config.logLevel,
    DIALHOUSE_MEDIA: String(media),
    ...thriftyMalloc,
    DIALHOUSE_MODE: mode,
    DIALHOUSE_WORLD: world && JSON.stringify(world),
    ...(world ? { DIALHOUSE_SMTP: `smtp://127.0.0.1:${world.smtp}` } : {}),
  }
  const asking = (name: 'office' | 'charge' | 'signal'): PlannedProcess => ({
    name,
    environment: { ...shared, DIALHOUSE_DB_URL: urlFor(name) },
  })
  return [
    ...(mode === 'demo' ? [{ name: 'world', environment: { ...shared, DIALHOUSE_DB_URL: urlFor('office') } }] : []),
    asking('office'),
    asking('signal'),
    ...Array.from({ length: media }, (_, at) => ({ name: `media-${at + 1}`, environment: shared })),
    asking('charge'),
  ]
}
