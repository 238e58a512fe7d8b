/** The door of this installation: every operation, the documents about them, health and metrics. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createDoor,
  isLoopback,
  mountOperations,
  notFound,
  openApi,
  type BoundOperation,
  type Credential,
  type Door,
  type DoorContext,
} from '../../platform/http/index.ts'
import { callerOfApiKey, callerOfSession, type Caller } from '../../platform/identity/index.ts'
import type { OfficeOperationsParts } from './parts.ts'
import type { Metrics } from '../../base/index.ts'

export type DoorParts = OfficeOperationsParts & {
  readonly metrics: Metrics
  /** Our name besides those of the brands: what DIALHOUSE_HTTP says. */
  readonly ownHost: string
  /** Where signal takes WebSockets; 0 for what it does not offer. */
  readonly socketPorts?: { readonly ws: number; readonly wss: number }
}

/** Builds the door with `operations` behind it. Nothing listens yet. */
export function openOffice(parts: DoorParts, operations: readonly BoundOperation[]): Door {
  const { identity, brands, house, metrics, ownHost, socketPorts } = parts
  const { db, clock, log } = identity
  const authenticate = ({ kind, secret }: Credential): Promise<Caller | undefined> =>
    kind === 'session' ? callerOfSession(db, clock, secret) : callerOfApiKey(db, clock, secret)
  const hostNames = (): ReadonlySet<string> => new Set([...brands.hostNames(), ownHost])
  const door = createDoor({ db, clock, log, metrics, hostNames, authenticate, ...(socketPorts && { socketPorts }) })
  const document = onceOnly(() => JSON.stringify(openApi(operations, productVersion())))
  door.get('/api/v1/openapi.json', () => json(200, document()))
  door.get('/healthz', async () => {
    const { isOk, processes } = await house.health()
    return json(isOk ? 200 : 503, JSON.stringify({ status: isOk ? 'ok' : 'degraded', processes }))
  })
  door.get('/metrics', async (c) => {
    if (!(await mayReadMetrics(c))) return notFound()
    return new Response(await house.metrics(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    })
  })
  mountOperations(door, operations, { db, clock, log })
  return door
}

/** A collector on this machine, or somebody with the right. */
async function mayReadMetrics(c: DoorContext): Promise<boolean> {
  if (isLoopback(c.get('source')) && isLoopback(c.get('host'))) return true
  const caller = await c.get('caller')()
  return caller?.permissions.has('metrics.read') === true
}

function json(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json' } })
}

function onceOnly(make: () => string): () => string {
  let made: string | undefined
  return () => (made ??= make())
}

function productVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
