/** Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3), within limits. Pure: no socket in here. */

/** What a framer does with the bytes it is fed. */
export type FramerEvents = {
  onMessage(bytes: Buffer): void
  /** A double line break between messages: a ping that wants a single one back (RFC 5626 §4.4.1). */
  onPing(): void
}

export type Framer = {
  /** Takes the next bytes; the text names what is wrong with the stream, which cannot be read any further then. */
  feed(chunk: Buffer): string | undefined
  /** Whether a message has begun and not ended. */
  isInside(): boolean
}

const HEAD_BYTES_MAX = 32_768
const BODY_BYTES_MAX = 65_536
const CR = 0x0d
const LF = 0x0a

/** Bytes that wait for more; small pieces are copied once, into room that doubles. */
class Pending {
  bytes: Buffer = Buffer.alloc(0)
  /** Room behind `bytes`, when it is ours to write to. */
  #room: Buffer | undefined

  add(chunk: Buffer): void {
    const { length } = this.bytes
    if (length === 0) return this.keep(chunk)
    const needed = length + chunk.length
    if (!this.#room || this.#room.length < needed) {
      this.#room = Buffer.allocUnsafe(Math.max(1024, 2 * needed))
      this.bytes.copy(this.#room)
    }
    chunk.copy(this.#room, length)
    this.bytes = this.#room.subarray(0, needed)
  }

  /** Goes on with these bytes alone; what lay around them may belong to somebody else by now. */
  keep(bytes: Buffer): void {
    this.bytes = bytes
    this.#room = undefined
  }
}

/** Starts at the beginning of a stream. */
export function createFramer(events: FramerEvents): Framer {
  const pending = new Pending()
  /** Length of the message at the front once its head is complete. */
  let wanted = 0
  /** How far the search for the end of the head went. */
  let searched = 0

  const takeLineBreaks = (): void => {
    const { bytes } = pending
    let at = 0
    while (at < bytes.length && (bytes[at] === CR || bytes[at] === LF)) at++
    for (let pings = Math.floor(at / 4); pings > 0; pings--) events.onPing()
    // Half a ping may be waiting for its other half.
    if (at > 0) pending.keep(bytes.subarray(at < bytes.length ? at : at - (at % 4)))
  }

  const findLength = (): string | undefined => {
    const { bytes } = pending
    const end = bytes.indexOf('\r\n\r\n', Math.max(0, searched - 3))
    searched = bytes.length
    if (end < 0) return bytes.length > HEAD_BYTES_MAX ? 'head too large' : undefined
    if (end > HEAD_BYTES_MAX) return 'head too large'
    const bodyLength = contentLength(bytes.toString('latin1', 0, end + 2))
    if (bodyLength < 0) return 'no usable Content-Length'
    wanted = end + 4 + bodyLength
    return undefined
  }

  return {
    isInside: () => isInside(pending.bytes),
    feed(chunk) {
      pending.add(chunk)
      for (;;) {
        if (wanted === 0) {
          takeLineBreaks()
          if (!isInside(pending.bytes)) return undefined
          const fault = findLength()
          if (fault !== undefined) return fault
          if (wanted === 0) return undefined
        }
        if (pending.bytes.length < wanted) return undefined
        const message = pending.bytes.subarray(0, wanted)
        pending.keep(pending.bytes.subarray(wanted))
        wanted = searched = 0
        events.onMessage(message)
      }
    },
  }
}

function isInside(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes[0] !== CR && bytes[0] !== LF
}

/** The one Content-Length of a head, -1 when it is missing, repeated or no number up to 64 kB. */
function contentLength(head: string): number {
  let found = -1
  for (let at = head.indexOf('\n') + 1; at > 0 && at < head.length; at = head.indexOf('\n', at) + 1) {
    const colon = head.indexOf(':', at)
    if (colon < 0 || colon - at > 40) continue
    const name = head.slice(at, colon).trimEnd().toLowerCase()
    if (name !== 'content-length' && name !== 'l') continue
    if (found >= 0) return -1
    const digits = head.slice(colon + 1, head.indexOf('\r', colon)).trim()
    if (!/^\d{1,6}$/.test(digits)) return -1
    found = Number(digits)
  }
  return found > BODY_BYTES_MAX ? -1 : found
}
