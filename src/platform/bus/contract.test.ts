import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { fail, FailureError, silentLog, systemClock } from '../../base/index.ts'
import { createLocalBusNetwork, createSocketBus, eventTopic, requestTopic, type Bus } from './index.ts'

const clock = systemClock({ keepAlive: true })

type Network = { readonly join: (name: string) => Promise<Bus>; readonly end: () => Promise<void> }

/** Every bus that joins is closed at the end, whatever the test did. */
function network(open: (name: string) => Promise<Bus>, clean: () => void): Network {
  const joined: Bus[] = []
  return {
    async join(name) {
      const bus = await open(name)
      joined.push(bus)
      return bus
    },
    async end() {
      await Promise.all(joined.map((bus) => bus.close()))
      clean()
    },
  }
}

function socketNetwork(): Network {
  const folder = mkdtempSync('/tmp/dialhouse-bus-')
  return network(
    async (name) => {
      const bus = await createSocketBus({ name, folder: join(folder, 'run'), clock, log: silentLog })
      assert.ok(bus.ok)
      return bus.value
    },
    () => rmSync(folder, { recursive: true }),
  )
}

function localNetwork(): Network {
  const local = createLocalBusNetwork()
  return network(
    (name) => local.join({ name, clock, log: silentLog }),
    () => {},
  )
}

const echo = requestTopic<unknown, unknown>('test.echo')
const price = requestTopic<{ seconds: number }, { micros: bigint }>('test.price')
const rang = eventTopic<number>('test.rang')
const ended = eventTopic<string>('test.ended')

async function until(condition: () => boolean): Promise<void> {
  const deadline = clock.monotonic() + 5000
  while (!condition()) {
    assert.ok(clock.monotonic() < deadline, 'waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function codeOf(result: { ok: boolean; failure?: { code: string } }): string | undefined {
  return result.failure?.code
}

for (const [kind, open] of [
  ['socket bus', socketNetwork],
  ['local bus', localNetwork],
] as const) {
  describe(kind, () => {
    const house = open()
    after(() => house.end())

    test('a request gets its reply, with types that JSON has not', async () => {
      const charge = await house.join('charge')
      const signal = await house.join('signal')
      charge.serve(price, ({ seconds }, from) => {
        assert.equal(from, 'signal')
        return { micros: BigInt(seconds) * 10_000n }
      })
      charge.serve(echo, async (body) => body)
      assert.deepEqual(await signal.request('charge', price, { seconds: 60 }), {
        ok: true,
        value: { micros: 600_000n },
      })
      const body = { text: 'é✓😀', bytes: Buffer.from([0, 255]), map: new Map([[1n, new Set(['a'])]]), none: undefined }
      assert.deepEqual(await signal.request('charge', echo, body), { ok: true, value: body })
      assert.deepEqual(await charge.request('charge', price, { seconds: 1 }).then(codeOf), 'bus.refused')
    })

    test('whatever can be cloned arrives as it was', async () => {
      const a = await house.join('any-a')
      const b = await house.join('any-b')
      b.serve(echo, (body) => body)
      const anything = fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true })
      await fc.assert(
        fc.asyncProperty(fc.array(anything, { maxLength: 5 }), async (bodies) => {
          const replies = await Promise.all(bodies.map((body) => a.request('any-b', echo, body)))
          assert.deepEqual(
            replies,
            bodies.map((value) => ({ ok: true, value: structuredClone(value) })),
          )
        }),
        { numRuns: 200 },
      )
    })

    test('thousands of requests at once get each its own reply, in order', async () => {
      const a = await house.join('many-a')
      const b = await house.join('many-b')
      const seen: number[] = []
      b.serve(price, ({ seconds }) => {
        seen.push(seconds)
        return { micros: BigInt(seconds) }
      })
      const all = Array.from({ length: 20_000 }, (_, seconds) => a.request('many-b', price, { seconds }))
      const replies = await Promise.all(all)
      assert.ok(replies.every((reply, at) => reply.ok && reply.value.micros === BigInt(at)))
      assert.ok(seen.every((seconds, at) => seconds === at))
    })

    test('an object that changes between two requests of a turn travels as it was at each', async () => {
      const a = await house.join('twice-a')
      const b = await house.join('twice-b')
      b.serve(echo, (body) => body)
      await a.request('twice-b', echo, 0)
      const inner = { count: 1 }
      const first = a.request('twice-b', echo, { inner })
      inner.count = 2
      const second = a.request('twice-b', echo, { inner })
      assert.deepEqual(await first, { ok: true, value: { inner: { count: 1 } } })
      assert.deepEqual(await second, { ok: true, value: { inner: { count: 2 } } })
    })

    test('a peer that is away, and a topic that nobody serves, are named failures', async () => {
      const a = await house.join('lonely')
      const before = clock.monotonic()
      assert.equal(codeOf(await a.request('nobody', echo, 1)), 'bus.unreachable')
      assert.ok(clock.monotonic() - before < 1000)
      assert.equal(codeOf(await a.request('lonely', echo, 1)), 'bus.refused')
    })

    test('what a handler throws reaches the caller as a refusal', async () => {
      const a = await house.join('throw-a')
      const b = await house.join('throw-b')
      b.serve(requestTopic<number, number>('sync'), () => {
        throw new Error('broken')
      })
      b.serve(requestTopic<number, number>('named'), async () => {
        throw new FailureError(fail('orders.closed', 'the order is closed').failure)
      })
      b.serve(requestTopic<number, unknown>('function'), () => () => 1)
      const sync = await a.request('throw-b', requestTopic<number, number>('sync'), 1)
      assert.deepEqual(sync, fail('bus.refused', 'broken', { topic: 'sync' }))
      const named = await a.request('throw-b', requestTopic<number, number>('named'), 1)
      assert.deepEqual(named.ok ? undefined : named.failure.details, { topic: 'named', code: 'orders.closed' })
      assert.equal(codeOf(await a.request('throw-b', requestTopic<number, unknown>('function'), 1)), 'bus.refused')
    })

    test('a late reply is a timeout for its request and nothing for the others', async () => {
      const a = await house.join('slow-a')
      const b = await house.join('slow-b')
      const held: (() => void)[] = []
      b.serve(requestTopic<number, number>('hold'), (n) => new Promise((resolve) => held.push(() => resolve(n))))
      b.serve(echo, (body) => body)
      const hold = requestTopic<number, number>('hold')
      const short = a.request('slow-b', hold, 1, { timeoutMs: 40 })
      const long = a.request('slow-b', hold, 2, { timeoutMs: 4000 })
      assert.equal(codeOf(await short), 'bus.timeout')
      for (const release of held) release()
      assert.deepEqual(await long, { ok: true, value: 2 })
      assert.deepEqual(await a.request('slow-b', echo, 3), { ok: true, value: 3 })
    })

    test('megabytes travel; what is too large is refused on either way', async () => {
      const a = await house.join('large-a')
      const b = await house.join('large-b')
      b.serve(echo, (body) => (typeof body === 'number' ? Buffer.alloc(body) : body))
      const megabytes = Buffer.alloc(8 * 1024 * 1024, 7)
      assert.deepEqual(await a.request('large-b', echo, megabytes), { ok: true, value: megabytes })
      assert.equal(codeOf(await a.request('large-b', echo, Buffer.alloc(17 * 1024 * 1024))), 'bus.too_large')
      assert.equal(codeOf(await a.request('large-b', echo, 17 * 1024 * 1024)), 'bus.too_large')
      assert.deepEqual(await a.request('large-b', echo, 'still here'), { ok: true, value: 'still here' })
    })

    test('publications reach who subscribed, in order, and nobody else', async () => {
      const source = await house.join('source')
      const one = await house.join('one')
      const two = await house.join('two')
      source.serve(echo, (body) => body)
      const numbers: number[] = []
      const texts: string[] = []
      one.subscribe('source', rang, (n) => numbers.push(n))
      one.subscribe('source', rang, () => {
        throw new Error('a broken handler stops no other')
      })
      two.subscribe('source', ended, (text) => texts.push(text))
      // A reply tells that the subscription before it has arrived.
      await one.request('source', echo, 0)
      await two.request('source', echo, 0)
      for (let n = 0; n < 1000; n++) source.publish(rang, n)
      source.publish(ended, 'normal')
      await until(() => numbers.length === 1000 && texts.length === 1)
      assert.ok(numbers.every((n, at) => n === at))
      assert.deepEqual(texts, ['normal'])
    })

    test('a peer that restarts is told about, loses what is in flight, gets the subscriptions again', async () => {
      const watcher = await house.join('watcher')
      const first = await house.join('restarted')
      const states: string[] = []
      const numbers: number[] = []
      watcher.onPeer((peer, state) => states.push(`${peer} ${state}`))
      watcher.subscribe('restarted', rang, (n) => numbers.push(n))
      first.serve(echo, () => new Promise(() => {}))
      await until(() => states.length === 1)
      const lost = watcher.request('restarted', echo, 1, { timeoutMs: 4000 })
      await new Promise((resolve) => setTimeout(resolve, 5))
      await first.close()
      assert.equal(codeOf(await lost), 'bus.unreachable')
      const second = await house.join('restarted')
      await until(() => states.length === 3)
      assert.deepEqual(states, ['restarted up', 'restarted down', 'restarted up'])
      await until(() => {
        second.publish(rang, 7)
        return numbers.length > 0
      })
      assert.equal(numbers[0], 7)
    })

    test('a request to a peer that is just back does not wait for the next retry', async () => {
      const a = await house.join('eager')
      for (let i = 0; i < 6; i++) await a.request('sleeper', echo, 1)
      const sleeper = await house.join('sleeper')
      sleeper.serve(echo, (body) => body)
      assert.deepEqual(await a.request('sleeper', echo, 1), { ok: true, value: 1 })
    })

    test('a closed bus is done: requests fail, closing again does nothing', async () => {
      const a = await house.join('closing')
      const pending = a.request('nobody', echo, 1)
      await a.close()
      await a.close()
      assert.equal(codeOf(await pending), 'bus.unreachable')
      assert.equal(codeOf(await a.request('watcher', echo, 1)), 'bus.unreachable')
    })
  })
}
