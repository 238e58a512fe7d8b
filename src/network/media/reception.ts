/**
 * What arrived of a stream of RTP: loss by sequence numbers (RFC 3550 §A.1 and §A.3) and interarrival
 * jitter (RFC 3550 §6.4.1 and §A.8). A new synchronisation source continues the same account.
 */

/** A jump of at least this many packets is a restart, not loss (RFC 3550 §A.1). */
const MAX_DROPOUT = 3000
/** A packet at most this late was reordered (RFC 3550 §A.1). */
const MAX_MISORDER = 100
const NO_SEQUENCE = 0x10000

/** The account of one stream. A class, so that a packet costs a few field writes and no allocation. */
export class Reception {
  #ssrc = -1
  #highest = 0
  #cycles = 0
  #base = 0
  #received = 0
  /** The sequence number that would confirm a restart. */
  #restartAt = NO_SEQUENCE
  /** Packets expected and received before the last restart. */
  #earlierExpected = 0
  #earlierReceived = 0
  #lastTimestamp = 0
  #lastArrivalMs = Number.NaN
  #jitterMs = 0

  /**
   * Counts a packet. `arrivalMs` is monotonic; `clockRate` is in timestamp units a second, or 0 for a
   * packet whose timestamp says nothing of its time of sending (RFC 4733 §2.2.1 repeats it).
   */
  add(sequence: number, timestamp: number, ssrc: number, arrivalMs: number, clockRate: number): void {
    if (ssrc !== this.#ssrc) this.#begin(sequence, ssrc)
    if (!this.#count(sequence) || clockRate === 0) return
    const apartMs = arrivalMs - this.#lastArrivalMs
    if (!Number.isNaN(apartMs)) {
      // The difference of two 32-bit timestamps is exact in signed 32-bit arithmetic, across their wrap too.
      const sentApartMs = ((timestamp - this.#lastTimestamp) | 0) / (clockRate / 1000)
      this.#jitterMs += (Math.abs(apartMs - sentApartMs) - this.#jitterMs) / 16
    }
    this.#lastTimestamp = timestamp
    this.#lastArrivalMs = arrivalMs
  }

  #begin(sequence: number, ssrc: number): void {
    if (this.#ssrc >= 0) {
      this.#earlierExpected += this.#expected()
      this.#earlierReceived += this.#received
    }
    this.#ssrc = ssrc
    this.#highest = sequence
    this.#base = sequence
    this.#cycles = 0
    this.#received = 0
    this.#restartAt = NO_SEQUENCE
    this.#lastArrivalMs = Number.NaN
  }

  /** False for a packet that came out of nowhere: it is not part of the stream until a second one follows it. */
  #count(sequence: number): boolean {
    const ahead = (sequence - this.#highest) & 0xffff
    if (ahead < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += 0x10000
      this.#highest = sequence
    } else if (ahead <= 0x10000 - MAX_MISORDER) {
      if (sequence !== this.#restartAt) {
        this.#restartAt = (sequence + 1) & 0xffff
        return false
      }
      // Two packets in sequence after a jump: the other side restarted without telling.
      this.#begin(sequence, this.#ssrc)
    }
    this.#received++
    return true
  }

  #expected(): number {
    return this.#cycles + this.#highest - this.#base + 1
  }

  /** Packets that should have come and did not; duplicates can hide some (RFC 3550 §A.3). */
  lost(): number {
    if (this.#ssrc < 0) return 0
    return Math.max(0, this.#earlierExpected + this.#expected() - this.#earlierReceived - this.#received)
  }

  jitterMs(): number {
    return this.#jitterMs
  }
}
