/**
 * Faults of real calls: the real switch, phones and carriers on a network in memory; what goes wrong is drawn from a
 * seed, and what a desk would know of it is taken from the messages on the wire and the stored record.
 */

import { seededRandom } from '../../src/base/index.ts'
import type { CallFacts, LegMedia, SeenMessage } from '../../src/company/support/diagnosis/evidence.ts'
import type { Known } from '../../src/company/support/diagnosis/diagnose.ts'
import { HOUSE, openBench, type Bench, type Peer, type Phone } from '../../src/company/switch/test-bench.ts'
import type { DirectoryRows } from '../../src/company/switch/directory/directory.ts'
import { sampleRows } from '../../src/company/switch/testing.ts'
import type { SocketAddress } from '../../src/network/transport/index.ts'

const CARRIER: SocketAddress = { address: '192.0.2.10', port: 7001 }
const SECOND: SocketAddress = { address: '192.0.2.11', port: 7002 }

export type Rows = DirectoryRows

const placed = (rows: Rows): Rows => ({
  ...rows,
  carriers: rows.carriers.map((one) =>
    one.id === 'northvoice'
      ? { ...one, host: CARRIER.address }
      : one.id === 'cascade'
        ? { ...one, host: SECOND.address }
        : one,
  ),
})

export type Stage = {
  readonly bench: Bench
  readonly caller: Phone
  readonly callee: Phone
  readonly carrier: Peer
  readonly second: Peer
  readonly draw: (from: number, to: number) => number
  /** What the media process will have counted: the caller's leg first. */
  media: LegMedia[]
  /** Drops what it says so. */
  drop: ((text: string, from: SocketAddress, to: SocketAddress) => boolean) | undefined
  /** Places a call from 201 and lets it ring or be answered. */
  dial(number: string, options?: Parameters<Phone['dial']>[1]): Promise<string>
  /** Talks, and hangs up as the caller. */
  talk(leg: string, seconds: number): Promise<void>
}

export type Fault = {
  /** Causes that must be named; none for a healthy call. */
  readonly expected: readonly string[]
  readonly rows?: Rows
  readonly act: (stage: Stage) => Promise<void>
}

/** Plays one fault and returns what is known afterwards. */
export async function play(fault: Fault, seed: number): Promise<Known> {
  const random = seededRandom(seed)
  const draw = (from: number, to: number): number => from + (Buffer.from(random(4)).readUInt32BE(0) % (to - from + 1))
  const bench = await openBench(placed(fault.rows ?? sampleRows), { seed })
  const messages: SeenMessage[] = []
  const stage: Stage = {
    bench,
    caller: await bench.phone('acme201', `203.0.113.${draw(10, 99)}`),
    callee: await bench.phone('acme202', `203.0.113.${draw(100, 200)}`),
    carrier: await bench.peer(CARRIER),
    second: await bench.peer(SECOND, 'fail'),
    draw,
    media: [],
    drop: undefined,
    async dial(number, options) {
      const leg = stage.caller.dial(number, options)
      await bench.pass(draw(300, 900))
      return leg
    },
    async talk(leg, seconds) {
      await bench.pass(seconds * 1000)
      stage.caller.sip.hangup(leg)
      await bench.pass(500)
    },
  }
  const quality = () =>
    Promise.resolve(stage.media.map((one) => ({ rtcpIn: 0, bytesIn: 0, lastPacketAt: 0, codec: 'PCMU', ...one })))
  Object.assign(bench.media, {
    release: (callId: string) => {
      bench.media.calls.delete(callId)
      return quality()
    },
    stats: quality,
  })
  const isHouse = (one: SocketAddress): boolean => one.address === HOUSE.address && one.port === HOUSE.port
  await stage.caller.register()
  bench.network.setDrop((bytes, from, to) => {
    const text = bytes.toString('latin1')
    const remote = isHouse(from) ? to : from
    const leg = /\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/i.exec(text)?.[1] ?? ''
    const isOut = isHouse(from)
    if (!isOut && stage.drop?.(text, from, to)) return true
    messages.push({
      at: bench.clock.now(),
      direction: isOut ? 'out' : 'in',
      remote: `${remote.address}:${remote.port}`,
      leg,
      text,
    })
    return false
  })
  await fault.act(stage)
  for (let waited = 0; bench.cdrs().length === 0 && waited < 60; waited++) await bench.pass(1000)
  return {
    call: factsOf(bench),
    messages: messages.filter(({ text }) => !text.includes('REGISTER')),
    media: stage.media,
  }
}

function factsOf(bench: Bench): CallFacts {
  const record = bench.cdrs().toSorted((a, b) => Number(b.reserved) - Number(a.reserved))[0]
  if (!record) throw new Error('the call left no record')
  const { ringingAt = null, answeredAt = null } = record
  return { ...record, ringingAt, answeredAt }
}

/** A leg that sent and got as much as it should in so many seconds. */
export function healthy(
  legId: string,
  seconds: number,
  draw: Stage['draw'],
  changes: Partial<LegMedia> = {},
): LegMedia {
  const packets = seconds * 50 - draw(0, 10)
  return {
    legId,
    packetsIn: packets,
    packetsOut: packets,
    lost: draw(0, Math.floor(packets / 100)),
    jitterMs: draw(0, 12),
    dropped: draw(0, 3),
    ...changes,
  }
}
