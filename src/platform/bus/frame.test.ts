import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MalformedPacket, PacketReader, PacketWriter, readFrames, type Frame } from './frame.ts'

const frame = fc.record({
  kind: fc.constantFrom<Frame['kind']>('request', 'reply', 'event'),
  id: fc.nat(),
  topic: fc.string(),
  body: fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }),
})

test('frames written in any number of turns and cut anywhere are read back in order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(frame)), fc.infiniteStream(fc.integer({ min: 1, max: 50 })), (turns, cuts) => {
      const writer = new PacketWriter()
      const bytes = Buffer.concat(
        turns.flatMap((frames) => {
          for (const one of frames) assert.ok(writer.add(one))
          return writer.take()
        }),
      )
      const reader = new PacketReader()
      const read: Frame[] = []
      for (let at = 0; at < bytes.length;) {
        const end = at + cuts.next().value
        read.push(...reader.push(bytes.subarray(at, end)).flatMap(readFrames))
        at = end
      }
      assert.deepEqual(read, structuredClone(turns.flat()))
    }),
  )
})

test('a packet with a byte changed is read or refused, and never anything else', () => {
  let refused = 0
  let read = 0
  fc.assert(
    fc.property(frame, fc.nat(), fc.nat({ max: 255 }), (one, where, byte) => {
      const writer = new PacketWriter()
      writer.add(one)
      const packet = writer.take()[0]!.subarray(4)
      packet[where % packet.length] = byte
      try {
        readFrames(packet)
        read++
      } catch (thrown) {
        assert.ok(thrown instanceof MalformedPacket)
        refused++
      }
    }),
    { numRuns: 1000 },
  )
  assert.ok(read > 300 && refused > 0, `${read} read, ${refused} refused`)
})

test('a body that cannot travel is thrown back at its sender and leaves the others whole', () => {
  const writer = new PacketWriter()
  writer.add({ kind: 'event', id: 0, topic: 'a', body: 1 })
  assert.throws(() => writer.add({ kind: 'event', id: 0, topic: 'b', body: { act: () => {} } }))
  writer.add({ kind: 'event', id: 0, topic: 'c', body: 3 })
  const topics = writer.take().flatMap((packet) => readFrames(packet.subarray(4)).map(({ topic }) => topic))
  assert.deepEqual(topics, ['a', 'c'])
})
