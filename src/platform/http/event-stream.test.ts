import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../../base/index.ts'
import { eventStream, type SendEvent } from './event-stream.ts'

function opened(options: { queueBytesMax?: number; mayContinue?: () => Promise<boolean> } = {}) {
  const clock = virtualClock(0)
  const errors: string[] = []
  let send: SendEvent = () => {}
  let end = (): void => {}
  let stopped = 0
  const stream = eventStream(
    {
      clock,
      heartbeatMs: 15_000,
      queueBytesMax: options.queueBytesMax ?? 1000,
      onError: (error) => errors.push(error),
    },
    (sendEvent, endFeed) => {
      send = sendEvent
      end = endFeed
      return () => void stopped++
    },
    options.mayContinue,
  )
  return { clock, errors, stream, send: () => send('n', '{}'), end: () => end(), stopped: () => stopped }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a quiet stream says that it is still here, until its session is over', async () => {
  let isOpen = true
  const { clock, stream, stopped } = opened({ mayContinue: async () => isOpen })
  const reader = stream.getReader()
  const next = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString()
  assert.equal(await next(), 'retry: 2000\n\n')
  clock.advance(15_000)
  assert.equal(await next(), ': still here\n\n')
  isOpen = false
  clock.advance(15_000)
  assert.equal((await reader.read()).done, true)
  assert.equal(stopped(), 1)
  assert.equal(clock.nextDue(), undefined, 'no timer is left')
})

test('a client that does not read is let go, and what is sent afterwards goes nowhere', async () => {
  const { clock, stream, send, stopped } = opened({ queueBytesMax: 100 })
  for (let sent = 0; sent < 1000; sent++) send()
  assert.equal(stopped(), 1)
  let bytes = 0
  for await (const chunk of stream) bytes += chunk.byteLength
  assert.ok(bytes < 200, `${bytes} bytes were kept`)
  assert.equal(clock.nextDue(), undefined)
})

test('a client that goes away, and a feed that ends, stop the feed once', async () => {
  const gone = opened()
  await gone.stream.cancel()
  gone.send()
  assert.equal(gone.stopped(), 1)
  const ended = opened()
  ended.send()
  ended.end()
  ended.end()
  await settle()
  assert.equal(ended.stopped(), 1)
})

test('a feed that breaks as it opens ends its stream and is told of', async () => {
  const errors: string[] = []
  const stream = eventStream(
    { clock: virtualClock(0), heartbeatMs: 1000, queueBytesMax: 1000, onError: (error) => errors.push(error) },
    () => {
      throw new Error('no feed')
    },
  )
  let text = ''
  for await (const chunk of stream) text += Buffer.from(chunk).toString()
  assert.equal(text, 'retry: 2000\n\n')
  assert.deepEqual(errors, ['no feed'])
})
