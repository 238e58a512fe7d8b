/** The demo page's own HTTP server: on loopback, apart from the product, so that nothing of the demo exists there. */

import { createAdaptorServer } from '@hono/node-server'
import type { Server } from 'node:http'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import {
  fail,
  messageOf,
  newToken,
  ok,
  type Failure,
  type Log,
  type RandomBytes,
  type Result,
} from '../../base/index.ts'
import type { MailCatcher } from '../mail/catch-mail.ts'
import type { Stage } from '../stage.ts'
import type { Persona } from './personas.ts'
import { readAct } from './read-act.ts'
import { demoView, mailView, nowView, type PageFacts } from './views.ts'

export type PageOptions = {
  readonly port: number
  readonly log: Log
  readonly random: RandomBytes
  readonly stage: Stage
  readonly catcher: MailCatcher
  /** Undefined while the company is being written. */
  readonly company: () => Company | undefined
  /** Processes that can be killed. */
  readonly processes: () => Promise<readonly string[]>
}

export type Company = {
  readonly personas: readonly Persona[]
  /** A one-time link that signs a persona in; undefined when nobody has that login. */
  signInUrl(persona: Persona): Promise<string | undefined>
  /** Origins that such links lead to. */
  readonly origins: readonly string[]
  readonly phoneHint: PageFacts['phoneHint']
}

export type DemoPage = { readonly url: string; close(): Promise<void> }
export type PageFailure = Failure<'world.page_unavailable'>

const HOST = '127.0.0.1'
const BODY_MAX = 4096

/** Opens the page; port 0 takes a free one. */
export async function serveDemoPage(options: PageOptions): Promise<Result<DemoPage, PageFailure>> {
  const server = createAdaptorServer({ fetch: appOf(options).fetch }) as Server
  server.headersTimeout = 10_000
  server.requestTimeout = 10_000
  server.maxConnections = 100
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port, HOST, resolve)
    })
  } catch (thrown) {
    return fail('world.page_unavailable', `the demo page cannot be served: ${messageOf(thrown)}`)
  }
  const { port } = server.address() as { port: number }
  return ok({
    url: `http://${HOST}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

/** Only this machine's own names: another site that resolves to loopback reads nothing and changes nothing. */
function isOurHost(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(host)
}

function isCrossSite(context: Context): boolean {
  const site = context.req.header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = context.req.header('origin')
  return origin !== undefined && URL.parse(origin)?.host !== context.req.header('host')
}

function secure(context: Context, nonce: string, origins: readonly string[]): void {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // A sign-in leads to a brand's portal, and browsers look at the whole way.
    `form-action 'self' ${origins.join(' ')}`,
  ]
  context.header('content-security-policy', policy.join('; '))
  context.header('x-content-type-options', 'nosniff')
  context.header('referrer-policy', 'no-referrer')
  context.header('cache-control', 'no-store')
}

function appOf(options: PageOptions): Hono {
  const { stage, catcher, log } = options
  const app = new Hono()
  const nonceFor = (context: Context): string => {
    const nonce = newToken(options.random)
    secure(context, nonce, options.company()?.origins ?? [])
    return nonce
  }
  app.use(async (context, next) => {
    if (!isOurHost(context.req.header('host') ?? '')) return context.text('this page is for this machine alone\n', 421)
    if (context.req.method === 'POST' && isCrossSite(context)) return context.text('this came from another site\n', 403)
    return next()
  })
  app.use(bodyLimit({ maxSize: BODY_MAX, onError: (context) => context.text('too much\n', 413) }))
  app.get('/', async (context) => {
    const company = options.company()
    const nonce = nonceFor(context)
    const page = demoView({
      personas: company?.personas ?? [],
      stage,
      mails: catcher.mails(),
      done: context.req.query('done')?.slice(0, 200),
      nonce,
      processes: await options.processes(),
      phoneHint: company?.phoneHint,
    })
    return context.html(page)
  })
  app.get('/now', (context) => {
    nonceFor(context)
    return context.html(nowView(stage))
  })
  app.get('/mail/:number', (context) => {
    const mail = catcher.find(Number(context.req.param('number')))
    if (!mail) return context.text('this mail is not kept any more\n', 404)
    return context.html(mailView(mail, nonceFor(context)))
  })
  app.post('/as/:key', async (context) => {
    const company = options.company()
    const persona = company?.personas.find((one) => one.key === context.req.param('key'))
    const url = persona && (await company?.signInUrl(persona))
    return url ? context.redirect(url, 303) : context.text('nobody of that name can sign in yet\n', 404)
  })
  app.post('/act/:kind', async (context) => {
    const fields = await context.req.parseBody()
    const texts = Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string')
    const act = readAct(context.req.param('kind'), Object.fromEntries(texts))
    if (!act) return context.text('the world knows no such act\n', 400)
    const done = await stage.act(act)
    return context.redirect(`/?done=${encodeURIComponent(done)}`, 303)
  })
  app.onError((error, context) => {
    log.error('the demo page failed', { error })
    return context.text('the demo page failed; its log says why\n', 500)
  })
  return app
}
