import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as plainRequest, type IncomingMessage } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog, systemClock } from '../../base/index.ts'
import type { Db } from '../db/index.ts'
import { listenHttp, type ListenOptions, type Listening } from './listen.ts'
import { testCertificate, testDoor } from './testing.ts'

const clock = systemClock()
// No operation here reaches the database.
const noDb = {} as Db

type Open = Partial<Pick<ListenOptions, 'certificate' | 'limits' | 'headersTimeoutMs'>> & {
  host?: string
  port?: number
}

function open({ host = '127.0.0.1', port = 0, ...options }: Open = {}) {
  const { door } = testDoor({ db: noDb, clock, callers: new Map() })
  door.get('/slow', async (c) => {
    await sleep(300)
    return c.text('done')
  })
  door.post('/form', async (c) => c.text(await c.req.text()))
  return listenHttp({ door, endpoint: { host, port }, clock, log: silentLog, ...options })
}

async function listening(options: Open, act: (at: Listening) => Promise<void>): Promise<void> {
  const opened = await open(options)
  assert.ok(opened.ok, JSON.stringify(opened))
  try {
    await act(opened.value)
  } finally {
    await opened.value.close(0)
  }
}

async function get(url: string): Promise<{ status: number; headers: IncomingMessage['headers']; text: string }> {
  const ask = url.startsWith('https') ? secureRequest : plainRequest
  const sent = ask(url, { rejectUnauthorized: false, agent: false })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return { status: answer.statusCode ?? 0, headers: answer.headers, text }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function isClosedWithin(socket: Socket, ms: number): Promise<boolean> {
  socket.resume()
  return Promise.race([once(socket, 'close').then(() => true), sleep(ms).then(() => socket.destroyed)])
}

suite('the listener', () => {
  test('speaks plain http on loopback, and only there', async () => {
    await listening({}, async ({ url }) => {
      const answer = await get(`${url}/api/v1/hello`)
      assert.equal(answer.status, 200)
      assert.equal(answer.headers['strict-transport-security'], undefined)
    })
    const refused = await open({ host: '0.0.0.0' })
    assert.equal(!refused.ok && refused.failure.code, 'http.no_certificate')
  })

  test('with a certificate speaks https with HSTS, and sends plain requests of the same port on to it', async () => {
    await listening({ certificate: testCertificate }, async ({ url, port }) => {
      assert.match(url, /^https:/)
      const answer = await get(`${url}/api/v1/hello`)
      assert.equal(answer.status, 200)
      assert.match(answer.headers['strict-transport-security'] ?? '', /max-age=\d+/)
      const plain = await get(`http://127.0.0.1:${port}/some/page?x=1`)
      assert.equal(plain.status, 308)
      assert.equal(plain.headers.location, `https://127.0.0.1:${port}/some/page?x=1`)
      const neither = await dial(port)
      neither.write(Buffer.from([0, 1, 2, 3, 4]))
      assert.equal(await isClosedWithin(neither, 2000), true)
    })
  })

  test('names a taken port and a foreign address with the remedy', async () => {
    await listening({}, async ({ port }) => {
      const taken = await open({ port })
      assert.ok(!taken.ok && taken.failure.code === 'http.port_taken')
      assert.match(taken.failure.message, /DIALHOUSE_HTTP/)
    })
    const foreign = await open({ host: '192.0.2.1', certificate: testCertificate })
    assert.equal(!foreign.ok && foreign.failure.code, 'http.bad_address')
  })

  test('lets a client go that does not finish its head, and one whose head is too large', async () => {
    await listening({ headersTimeoutMs: 200 }, async ({ port }) => {
      const slow = await dial(port)
      slow.write('GET / HTTP/1.1\r\nhost: localhost\r\nx-a: ')
      assert.equal(await isClosedWithin(slow, 5000), true)
      const large = await dial(port)
      let said = ''
      large.on('data', (chunk) => (said += String(chunk)))
      large.write(`GET / HTTP/1.1\r\nhost: localhost\r\nx-a: ${'x'.repeat(20_000)}\r\n\r\n`)
      await isClosedWithin(large, 5000)
      assert.match(said, /^HTTP\/1.1 431 /)
    })
  })

  test('of too many connections of one address the oldest silent one makes room', async () => {
    await listening({ limits: { perAddress: 3, total: 100 } }, async ({ port, url }) => {
      const silent = [await dial(port), await dial(port), await dial(port)]
      assert.equal((await get(`${url}/api/v1/hello`)).status, 200)
      assert.equal(await isClosedWithin(silent[0]!, 1000), true)
      assert.equal(silent[2]!.destroyed, false)
      for (const socket of silent) socket.destroy()
    })
  })

  test('requests whose bodies never come make room as well, and one that is being answered does not', async () => {
    await listening({ limits: { perAddress: 3, total: 100 } }, async ({ port, url }) => {
      const answered = get(`${url}/slow`)
      await sleep(50)
      const post = 'POST /form HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{'
      const dawdling = [await dial(port), await dial(port)]
      for (const socket of dawdling) socket.write(post)
      await sleep(50)
      assert.equal((await get(`${url}/api/v1/hello`)).status, 200)
      assert.equal(await isClosedWithin(dawdling[0]!, 1000), true)
      assert.equal((await answered).text, 'done')
      for (const socket of dawdling) socket.destroy()
    })
  })

  test('closing lets a running answer end, and takes no new one', async () => {
    const opened = await open()
    assert.ok(opened.ok)
    const { url } = opened.value
    const running = get(`${url}/slow`)
    await sleep(100)
    const closed = opened.value.close(3000)
    await assert.rejects(get(`${url}/api/v1/hello`))
    assert.equal((await running).text, 'done')
    await closed
  })
})
