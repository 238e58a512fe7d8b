/**
 * Whose packets a leg accepts, and where its packets go. The rule, strictest first:
 *
 * 1. A valid packet from the address and port of the SDP locks the leg to it. From then on every
 *    other source is refused, and nothing is ever sent to one.
 *    A phone on this very machine that names loopback may speak from our own address instead.
 * 2. While the SDP address is silent, another source can be learned at most once, in the first ten
 *    seconds, when an address translator explains it:
 *    - the SDP address cannot be reached from here (a private address behind a NAT): from the network
 *      of the signalling when that is known, after 3 packets in sequence of one source;
 *    - the SDP address could be reached: only from its own network or that of the signalling, after
 *      50 packets in sequence; never on loopback, where nothing translates.
 * 3. The SDP address still takes over when it begins to send; after that nothing can change but by a
 *    new SDP. The source of the former SDP stays welcome until the new one sends.
 *
 * A third party that sprays packets over all ports is refused by 1 and 2 (media bleed and injection).
 */

import { isOnThisMachine, sameNetwork, scopeOf, type SocketAddress } from './address.ts'

/** Learning ends this long after the SDP came into force. */
const LEARN_WITHIN_MS = 10_000
const PACKETS_WHEN_HIDDEN = 3
const PACKETS_WHEN_REACHABLE = 50
/** Sources looked at side by side, so that one that sprays does not hide the one that talks. */
const CANDIDATES = 4

export type Expectation = {
  /** What the SDP says; undefined when it names no address that a packet could come from. */
  readonly declared: SocketAddress | undefined
  /** Whether we may send to the declared address before anything came from it. */
  readonly reachable: boolean
  /** Where the signalling of this leg comes from, when it is known. */
  readonly signalAddress: string | undefined
  /** What peers know us as; a peer on this machine may send from there although its SDP names loopback. */
  readonly ownAddress: string
}

type Candidate = { address: string; port: number; ssrc: number; sequence: number; run: number }

export class Latch {
  #expected: Expectation = { declared: undefined, reachable: false, signalAddress: undefined, ownAddress: '' }
  #sinceMs = 0
  #locked = false
  /** The lock stands on a source that the SDP does not name. */
  #learned = false
  /** The locked source, or the one that was locked under the former SDP. */
  #source: SocketAddress = { address: '', port: 0 }
  #candidates: Candidate[] = []
  readonly #onMoved: () => void

  /** `onMoved` tells that packets come from elsewhere than the SDP, or than before, says. */
  constructor(onMoved: () => void) {
    this.#onMoved = onMoved
  }

  /** Brings an SDP into force. One with the same address as before changes nothing but the time to learn. */
  expect(expected: Expectation, nowMs: number): void {
    const before = this.#expected.declared
    const after = expected.declared
    const same = before?.address === after?.address && before?.port === after?.port
    this.#expected = expected
    this.#sinceMs = nowMs
    this.#candidates = []
    if (!same) {
      this.#locked = false
      this.#learned = false
    }
  }

  /** Where to send: the locked source, else the SDP's address if we may; undefined is nowhere yet. */
  target(): SocketAddress | undefined {
    if (this.#locked) return this.#source
    return this.#expected.reachable ? this.#expected.declared : undefined
  }

  /** Whether the lock stands on a learned source. */
  isLearned(): boolean {
    return this.#locked && this.#learned
  }

  /** Whether a valid packet from here belongs to the peer. Can lock or learn; `target` may change by it. */
  admits(address: string, port: number, ssrc: number, sequence: number, nowMs: number): boolean {
    const known = port === this.#source.port && address === this.#source.address
    if (known && this.#locked) return true
    const { declared } = this.#expected
    if (declared && port === declared.port && this.#isDeclared(declared.address, address)) {
      if (this.#locked && !this.#learned) return true
      this.#lock(address, port, address !== declared.address)
      return true
    }
    if (this.#locked) return false
    if (this.#mayLearn(address, nowMs) && this.#hasRun(address, port, ssrc, sequence)) {
      this.#lock(address, port, true)
      return true
    }
    // The source of the former SDP: its last packets are on the way while the new one starts.
    return known && nowMs - this.#sinceMs <= LEARN_WITHIN_MS
  }

  #isDeclared(declared: string, address: string): boolean {
    if (address === declared) return true
    const { signalAddress, ownAddress } = this.#expected
    return address === ownAddress && scopeOf(declared) === 'loopback' && isOnThisMachine(signalAddress)
  }

  #lock(address: string, port: number, learned: boolean): void {
    const before = this.#source
    const moved = learned || (before.port !== 0 && (before.port !== port || before.address !== address))
    this.#locked = true
    this.#learned = learned
    this.#source = { address, port }
    this.#candidates = []
    if (moved) this.#onMoved()
  }

  #mayLearn(address: string, nowMs: number): boolean {
    if (nowMs - this.#sinceMs > LEARN_WITHIN_MS) return false
    const { declared, reachable, signalAddress } = this.#expected
    if (!reachable) return signalAddress === undefined || sameNetwork(address, signalAddress)
    if (!declared || scopeOf(declared.address) === 'loopback') return false
    return (
      sameNetwork(address, declared.address) || (signalAddress !== undefined && sameNetwork(address, signalAddress))
    )
  }

  /** Counts packets in sequence of one source and one SSRC; true when there are enough of them. */
  #hasRun(address: string, port: number, ssrc: number, sequence: number): boolean {
    let candidate = this.#candidates.find((it) => it.port === port && it.address === address)
    if (!candidate) {
      candidate = { address, port, ssrc, sequence, run: 0 }
      if (this.#candidates.push(candidate) > CANDIDATES) this.#candidates.shift()
    }
    const follows = candidate.ssrc === ssrc && ((candidate.sequence + 1) & 0xffff) === sequence
    candidate.run = follows ? candidate.run + 1 : 1
    candidate.ssrc = ssrc
    candidate.sequence = sequence
    return candidate.run >= (this.#expected.reachable ? PACKETS_WHEN_REACHABLE : PACKETS_WHEN_HIDDEN)
  }
}
