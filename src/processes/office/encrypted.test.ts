import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { withTestDatabase } from '../../../test/database.ts'
import { createMetrics, silentLog, systemClock } from '../../base/index.ts'
import { createDoor, listenHttp } from '../../platform/http/index.ts'
import { createCertificate } from './certificate.ts'
import { withOffice } from './testing.ts'

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly certificate: string }

function ask(request: typeof httpRequest, port: string, options: RequestOptions & { rejectUnauthorized?: boolean }) {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const asked = request({ host: '127.0.0.1', port, ...options }, (answer) => {
    const { socket } = answer as unknown as { socket: { getPeerCertificate?: () => { subjectaltname?: string } } }
    const certificate = socket.getPeerCertificate?.().subjectaltname ?? ''
    answer.resume()
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, certificate }))
  })
  asked.on('error', reject)
  asked.end(options.method === 'POST' ? JSON.stringify({ login: 'nobody', password: 'x' }) : undefined)
  return promise
}

test('beyond loopback there is only https', async (suite) => {
  await withTestDatabase(async ({ openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db, http: '0.0.0.0:0' }, async ({ office }) => {
      const { port } = new URL(office.url)
      const trusting = { rejectUnauthorized: false }

      await suite.test('with a certificate of our own for the brands, and HSTS', async () => {
        const answer = await ask(httpsRequest, port, { path: '/api/v1/brand', ...trusting })
        assert.equal(answer.status, 200)
        assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000')
        assert.match(answer.certificate, /DNS:maple\.localhost/)
      })

      await suite.test('a plain request is sent on to https on the same port, whatever it carries', async () => {
        const answer = await ask(httpRequest, port, { path: '/sign-in', headers: { host: `maple.localhost:${port}` } })
        assert.equal(answer.status, 308)
        assert.equal(answer.headers.location, `https://maple.localhost:${port}/sign-in`)
        const post = await ask(httpRequest, port, { path: '/api/v1/session', method: 'POST' })
        assert.equal(post.status, 308)
        const odd = await ask(httpRequest, port, { path: '/', headers: { host: 'a b' } })
        assert.equal(odd.status, 400)
      })

      await suite.test('a metrics collector elsewhere needs the right', async () => {
        const foreign = await ask(httpsRequest, port, {
          path: '/metrics',
          headers: { host: 'maple.localhost' },
          ...trusting,
        })
        assert.equal(foreign.status, 404)
      })
    })

    await suite.test('a client that shakes hands and then says nothing is let go', async () => {
      const clock = systemClock()
      const parts = { db, clock, log: silentLog, metrics: createMetrics() }
      const door = createDoor({ ...parts, hostNames: () => new Set(), authenticate: () => Promise.resolve(undefined) })
      const endpoint = { host: '127.0.0.1', port: 0 }
      const certificate = createCertificate(['localhost'], clock.now())
      const listening = await listenHttp({ door, endpoint, certificate, clock, log: silentLog, headersTimeoutMs: 200 })
      assert.ok(listening.ok)
      const silent = connectTls({ host: '127.0.0.1', port: listening.value.port, rejectUnauthorized: false })
      silent.on('error', () => {})
      silent.resume()
      silent.write('GET / HTTP/1.1\r\nx-slow: ')
      const begun = clock.monotonic()
      await new Promise<void>((resolve) => void silent.once('close', () => resolve()))
      assert.ok(clock.monotonic() - begun < 5000)
      await listening.value.close(0)
    })
  })
})
