/** A backend with two phones on it, for tests: made for one test, and gone after it. */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { secureRandom, type Result } from '../../base/index.ts'
import type { MediaBackend, MediaEvent } from './backend.ts'
import { TestPhone, type SdpOptions } from './test-phone.ts'

export type PortRange = { readonly first: number; readonly end: number }

export type MakeBackend = (options: {
  /** On 127.0.0.1, free at this moment. */
  readonly ports: PortRange
  readonly mediaTimeoutMs: number
  onEvent(event: MediaEvent): void
}) => Promise<{ readonly backend: MediaBackend; close(): Promise<void> }>

export type Bench = {
  readonly backend: MediaBackend
  readonly events: MediaEvent[]
  readonly caller: TestPhone
  readonly callee: TestPhone
  /** A third party, or a second callee. */
  readonly other: TestPhone
  readonly ports: PortRange
}

/** The value of a result that must be good. */
export function valueOf<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? '' : `${result.failure.code}: ${result.failure.message}`)
  return result.value
}

/** The code of a result that must be a failure. */
export function codeOf(result: Result<unknown>): string {
  assert.ok(!result.ok, 'this should have been refused')
  return result.failure.code
}

function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false))
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

/** A range of that many free pairs of ports, below those that the system gives to others. */
export async function freeRange(pairs: number): Promise<PortRange> {
  for (;;) {
    const first = 10_000 + 2 * (Buffer.from(secureRandom(2)).readUInt16BE() % 4800)
    const ports = Array.from({ length: 2 * pairs }, (_, i) => first + i)
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return { first, end: first + 2 * pairs }
  }
}

/** Runs a test on a backend of its own with a few ports, and closes everything whatever happens. */
export async function onBench(
  make: MakeBackend,
  run: (bench: Bench) => Promise<void>,
  options: { readonly pairs?: number; readonly mediaTimeoutMs?: number } = {},
): Promise<void> {
  const ports = await freeRange(options.pairs ?? 8)
  const events: MediaEvent[] = []
  const made = await make({
    ports,
    mediaTimeoutMs: options.mediaTimeoutMs ?? 60_000,
    onEvent: (event) => void events.push(event),
  })
  const [caller, callee, other] = [await TestPhone.open(), await TestPhone.open(), await TestPhone.open()]
  try {
    await run({ backend: made.backend, events, caller, callee, other, ports })
  } finally {
    await Promise.all([made.close(), caller.close(), callee.close(), other.close()])
  }
}

/** Offer and answer between the bench's two phones as legs `a` and `b` of call `c1`; both SDPs of ours are returned. */
export async function connect(
  { backend, caller, callee }: Bench,
  offered: SdpOptions = {},
  answered: SdpOptions = {},
): Promise<{ offer: string; answer: string }> {
  const offer = valueOf(await backend.offer({ callId: 'c1', fromLeg: 'a', toLeg: 'b', sdp: caller.sdp(offered) }))
  callee.connect(offer)
  const sdp = callee.sdp({ codecs: ['0 PCMU/8000', '101 telephone-event/8000'], ...answered })
  const answer = valueOf(await backend.answer({ callId: 'c1', fromLeg: 'b', toLeg: 'a', sdp }))
  caller.connect(answer)
  return { offer, answer }
}
