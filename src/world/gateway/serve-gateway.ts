/** The simulated card processor on a port of its own, another origin than ours: API, script and card fields. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  fail,
  messageOf,
  ok,
  type Clock,
  type Failure,
  type Log,
  type RandomBytes,
  type Result,
} from '../../base/index.ts'
import { browserScript, confirmPage, fieldsPage } from './browser-script.ts'
import { startDelivery, type EventDelivery } from './deliver-events.ts'
import { createCardProcessor, type CardProcessor } from './gateway.ts'

export type GatewayServer = {
  readonly processor: CardProcessor
  readonly delivery: EventDelivery
  readonly url: string
  readonly webhookSecret: string
  close(): Promise<void>
}

export type GatewayServerFailure = Failure<'world.gateway_unavailable'>

const BODY_MAX = 64 * 1024
const HOST = '127.0.0.1'

/** Keys of nobody: the processor of the demo takes no other. */
export const demoKeys = {
  publishable: 'pk_test_of_the_simulated_processor',
  secret: 'sk_test_of_the_simulated_processor',
  webhook: 'whsec_of_the_simulated_processor',
} as const

/** Listens on loopback; port 0 takes a free one. */
export async function serveGateway(options: {
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly port: number
}): Promise<Result<GatewayServer, GatewayServerFailure>> {
  const { clock, log, random } = options
  const delivery = startDelivery({ clock, log, random, secret: demoKeys.webhook })
  const processor = createCardProcessor({
    clock,
    random,
    publishableKey: demoKeys.publishable,
    secretKey: demoKeys.secret,
    deliver: (event) => delivery.send(event),
  })
  const server = createServer((request, response) => {
    answer(processor, request, response).catch((error: unknown) => {
      log.warn('the card processor of the world failed', { error })
      response.destroy()
    })
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port, HOST, resolve)
    })
  } catch (thrown) {
    delivery.close()
    return fail('world.gateway_unavailable', `the card processor of the demo cannot listen: ${messageOf(thrown)}`)
  }
  const { port } = server.address() as { port: number }
  return ok({
    processor,
    delivery,
    url: `http://${HOST}:${port}`,
    webhookSecret: demoKeys.webhook,
    close() {
      delivery.close()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  })
}

async function answer(processor: CardProcessor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://gateway.invalid')
  const body = await readBody(request)
  if (body === undefined) return send(response, 413, 'text/plain', 'too large')
  if (pathname.startsWith('/v1/')) {
    const key = /^(?:Bearer|Basic) (\S+)/.exec(request.headers.authorization ?? '')?.[1]
    const repeat = request.headers['idempotency-key']
    const done = processor.handle({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      body,
      idempotencyKey: typeof repeat === 'string' ? repeat : undefined,
      key,
    })
    return send(response, done.status, 'application/json', JSON.stringify(done.body))
  }
  if (pathname === '/v3/') {
    return send(response, 200, 'text/javascript', browserScript(`http://${request.headers.host ?? HOST}`))
  }
  if (pathname === '/fields') return send(response, 200, 'text/html; charset=utf-8', fieldsPage)
  const secret = /^\/confirm\/(\w+)$/.exec(pathname)?.[1]
  if (secret === undefined) return send(response, 404, 'text/plain', 'there is no such page')
  if (request.method !== 'POST') return send(response, 200, 'text/html; charset=utf-8', confirmPage)
  const isDone = processor.authenticate(secret, body === 'yes')
  return send(response, isDone ? 200 : 409, 'text/plain', isDone ? 'done' : 'nothing to confirm')
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(body)
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > BODY_MAX) return undefined
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
