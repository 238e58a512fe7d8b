import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { silentLog, systemClock } from '../../base/index.ts'
import { busFolder, createSocketBus, requestTopic } from './index.ts'

const clock = systemClock({ keepAlive: true })
const echo = requestTopic<unknown, unknown>('test.echo')

describe('sockets of the bus', () => {
  const folder = mkdtempSync('/tmp/dialhouse-bus-')
  after(() => rmSync(folder, { recursive: true }))
  const open = (name: string, inFolder = folder) => createSocketBus({ name, folder: inFolder, clock, log: silentLog })

  test('the folder is for its owner alone, and one that others may write to is refused', async () => {
    const bus = await open('alone', join(folder, 'own'))
    assert.ok(bus.ok)
    assert.equal(statSync(join(folder, 'own')).mode & 0o777, 0o700)
    await bus.value.close()
    assert.equal(existsSync(join(folder, 'own/alone.sock')), false)
    mkdirSync(join(folder, 'open'))
    chmodSync(join(folder, 'open'), 0o777)
    const refused = await open('alone', join(folder, 'open'))
    assert.equal(refused.ok ? '' : refused.failure.code, 'bus.cannot_listen')
    writeFileSync(join(folder, 'file'), '')
    const blocked = await open('alone', join(folder, 'file'))
    assert.equal(blocked.ok ? '' : blocked.failure.code, 'bus.cannot_listen')
  })

  test('a name is taken while its process lives, and free when it died', async () => {
    const first = await open('charge')
    assert.ok(first.ok)
    const second = await open('charge')
    assert.equal(second.ok ? '' : second.failure.code, 'bus.name_taken')
    first.value.serve(echo, (body) => body)
    assert.deepEqual(await first.value.request('charge', echo, 'alive'), { ok: true, value: 'alive' })
    await first.value.close()

    // A killed process leaves its socket file: nobody unlinks it.
    const path = join(folder, 'charge.sock')
    const die = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', die, path])
    assert.ok(existsSync(path))
    const [third, fourth] = await Promise.all([open('charge'), open('charge')])
    const taken = [third, fourth].flatMap((bus) => (bus.ok ? [bus.value] : []))
    assert.equal(taken.length, 1, 'exactly one takes it over')
    await taken[0]?.close()
  })

  test('bytes that are no frame end their connection and nothing else', async () => {
    const bus = await open('robust')
    assert.ok(bus.ok)
    bus.value.serve(echo, (body) => body)
    const throwAt = (bytes: Uint8Array): Promise<void> =>
      new Promise((resolve) => {
        const socket = createConnection(join(folder, 'robust.sock'), () => socket.end(bytes))
        socket.on('error', () => {}).on('close', () => resolve())
        socket.resume()
      })
    const length = (bytes: Uint8Array): Uint8Array => {
      const prefix = Buffer.alloc(4)
      prefix.writeUInt32BE(bytes.length)
      return Buffer.concat([prefix, bytes])
    }
    await throwAt(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, framed) => {
        // 0xff 0x0f is how a structured-clone stream of this engine begins.
        await throwAt(framed ? length(Buffer.concat([Buffer.from([0xff, 0x0f]), bytes])) : bytes)
      }),
      { numRuns: 200 },
    )
    assert.deepEqual(await bus.value.request('robust', echo, 1), { ok: true, value: 1 })
    await bus.value.close()
  })

  test('a peer that listens but is no bus, or another one, is not talked to', async () => {
    const stranger = createServer((socket) => {
      socket.on('error', () => {}).resume()
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    await new Promise<void>((resolve) => void stranger.listen(join(folder, 'stranger.sock'), resolve))
    const bus = await open('asker')
    assert.ok(bus.ok)
    const outcome = await bus.value.request('stranger', echo, 1)
    assert.equal(outcome.ok ? '' : outcome.failure.code, 'bus.unreachable')
    await bus.value.close()
    await new Promise((resolve) => stranger.close(resolve))
  })

  test('a long data folder gets a short folder for its sockets', () => {
    assert.equal(busFolder('/var/lib/dialhouse'), '/var/lib/dialhouse/run')
    const short = busFolder(`/home/${'x'.repeat(80)}`)
    assert.match(short, /^\/tmp\/dialhouse-[0-9a-f]{16}$/)
    assert.equal(short, busFolder(`/home/${'x'.repeat(80)}/`))
    assert.notEqual(short, busFolder(`/home/${'x'.repeat(81)}`))
  })
})
