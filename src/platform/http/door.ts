/** What every request passes before it reaches a route: its context, our host names, cross-site check, headers. */

import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import type { Clock, Log, Metrics } from '../../base/index.ts'
import type { Db } from '../db/index.ts'
import type { Caller } from '../identity/index.ts'
import { mayWrite } from './cross-site.ts'
import { hostName, isTrustedHost } from './hosts.ts'
import { comeAgain, databaseFailure, doorProblem, notFound, type DoorFailure } from './problem.ts'
import { addSecurityHeaders, newNonce, socketOrigins, type SocketPorts } from './security-headers.ts'

export type DoorOptions = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** Host names that are ours, lower case; brands come and go while we run. */
  readonly hostNames: () => ReadonlySet<string>
  /** Ports of SIP over WebSocket, which the pages of the web phone may open. */
  readonly socketPorts?: SocketPorts
  /** Reads who asks from a session token or an API key. */
  readonly authenticate: (credential: Credential) => Promise<Caller | undefined>
}

export type Credential = { readonly kind: 'session' | 'api_key'; readonly secret: string }

export type DoorEnv = {
  Bindings: Partial<HttpBindings>
  Variables: {
    /** Address of the client. */
    source: string
    encrypted: boolean
    host: string
    nonce: string
    /** Origins of the card fields, on the payment page. */
    frames: readonly string[] | undefined
    /** The page may stand inside another one of ours. */
    isFramed: boolean | undefined
    /** Looked up at most once a request. */
    caller: () => Promise<Caller | undefined>
  }
}

export type DoorContext = Context<DoorEnv>
export type Door = Hono<DoorEnv>

/** An application without routes: everything that is true of every request. */
export function createDoor(options: DoorOptions): Door {
  const app = new Hono<DoorEnv>()
  const requests = options.metrics.counter('dialhouse_http_requests_total', 'Answered requests by status class.')
  const seconds = options.metrics.histogram(
    'dialhouse_http_request_seconds',
    'Time from the head of a request to the head of its answer.',
    [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  )
  app.use(async (c, next) => {
    const begun = options.clock.monotonic()
    const socket = c.env?.incoming?.socket as { remoteAddress?: string; encrypted?: boolean } | undefined
    const nonce = newNonce()
    const encrypted = socket?.encrypted === true
    c.set('source', socket?.remoteAddress ?? '127.0.0.1')
    c.set('encrypted', encrypted)
    c.set('nonce', nonce)
    c.set(
      'caller',
      oncePerRequest(() => callerOf(c, options)),
    )
    await next()
    addSecurityHeaders(c.res.headers, {
      nonce,
      encrypted,
      sockets: socketOrigins(c.get('host'), options.socketPorts),
      frames: c.get('frames'),
      isFramed: c.get('isFramed'),
    })
    requests.add(1, { status: `${Math.floor(c.res.status / 100)}xx` })
    seconds.observe((options.clock.monotonic() - begun) / 1000)
  })
  app.use(async (c, next) => {
    const host = hostName(c.req.header('host') ?? new URL(c.req.url).host)
    const localAddress = c.env?.incoming?.socket?.localAddress ?? '127.0.0.1'
    if (!host || !isTrustedHost(host, options.hostNames(), localAddress)) return refused(c, unknownHost)
    c.set('host', host)
    return mayWrite(c.req.method, c.req.raw.headers) ? next() : refused(c, crossSite)
  })
  app.notFound(() => notFound())
  app.onError((thrown, c) => {
    const busy = databaseFailure(thrown)
    if (busy) return refused(c, busy, comeAgain)
    options.log.error('a request ended in an unexpected error', { method: c.req.method, error: thrown })
    return refused(c, { code: 'http.unexpected', message: 'this is our fault; it is in the log and will be looked at' })
  })
  return app
}

const unknownHost: DoorFailure = {
  code: 'http.unknown_host',
  message: 'no brand of this installation has this host name; use the address that your provider gave you',
}
const crossSite: DoorFailure = {
  code: 'http.cross_site',
  message: 'this form was sent by another site; open the page here and send it again',
}

/** A refusal as a page for people and as problem details for programs. */
export async function refused(
  c: DoorContext,
  failure: DoorFailure,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const asProblem = doorProblem(failure, headers)
  if (c.req.path.startsWith('/api/') || !c.req.header('accept')?.includes('text/html')) return asProblem
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${asProblem.status}</title>
      </head>
      <body>
        <h1>${asProblem.status}</h1>
        <p>${sentence(failure.message)}</p>
      </body>
    </html>`
  return new Response((await page).toString(), {
    status: asProblem.status,
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
  })
}

/** A failure's message as a sentence for a page. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}

function oncePerRequest<T>(look: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined
  return () => (found ??= look())
}

async function callerOf(c: DoorContext, options: DoorOptions): Promise<Caller | undefined> {
  const bearer = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(c.req.header('authorization') ?? '')
  if (bearer) return options.authenticate({ kind: 'api_key', secret: bearer[1]! })
  const token = sessionTokenOf(c)
  return token === undefined ? undefined : options.authenticate({ kind: 'session', secret: token })
}

/**
 * The session cookie's name. `__Host-` binds it to this host and to encrypted connections (RFC 6265bis §4.1.3.2);
 * on plain loopback its name has the port instead, because cookies do not know ports and several copies may run.
 */
function cookieName(c: DoorContext): string {
  return c.get('encrypted') ? '__Host-session' : `session-${new URL(c.req.url).port || '80'}`
}

/** The session token that a request carries. */
export function sessionTokenOf(c: DoorContext): string | undefined {
  const name = cookieName(c)
  for (const pair of (c.req.header('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    const value = pair.slice(at + 1).trim()
    if (at > 0 && pair.slice(0, at).trim() === name && /^[A-Za-z0-9_-]{43}$/.test(value)) return value
  }
  return undefined
}

/** The Set-Cookie value that gives the browser a session, or takes it away. */
export function sessionCookie(c: DoorContext, token: string | undefined): string {
  const lifetime = token === undefined ? 'Max-Age=0' : 'Max-Age=1209600'
  const secure = c.get('encrypted') ? '; Secure' : ''
  return `${cookieName(c)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax; ${lifetime}${secure}`
}
