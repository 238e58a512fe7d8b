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

/** Starts at the beginning of a stream. */
export function createFramer(events: FramerEvents): Framer {
  let pending: Buffer = Buffer.alloc(0)
  /** Length of the message at the front once its head is complete. */
  let wanted = 0
  /** How far the search for the end of the head went. */
  let searched = 0

  const takeLineBreaks = (): void => {
    let at = 0
    while (at < pending.length && (pending[at] === CR || pending[at] === LF)) at++
    for (let pings = Math.floor(at / 4); pings > 0; pings--) events.onPing()
    // Half a ping may be waiting for its other half.
    if (at > 0) pending = pending.subarray(at < pending.length ? at : at - (at % 4))
  }

  const findLength = (): string | undefined => {
    const end = pending.indexOf('\r\n\r\n', Math.max(0, searched - 3))
    searched = pending.length
    if (end < 0) return pending.length > HEAD_BYTES_MAX ? 'head too large' : undefined
    if (end > HEAD_BYTES_MAX) return 'head too large'
    const bodyLength = contentLength(pending.toString('latin1', 0, end + 2))
    if (bodyLength < 0) return 'no usable Content-Length'
    wanted = end + 4 + bodyLength
    return undefined
  }

  return {
    isInside: () => pending.length > 0 && pending[0] !== CR && pending[0] !== LF,
    feed(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      for (;;) {
        if (wanted === 0) {
          takeLineBreaks()
          if (pending.length === 0 || pending[0] === CR || pending[0] === LF) return undefined
          const fault = findLength()
          if (fault !== undefined) return fault
          if (wanted === 0) return undefined
        }
        if (pending.length < wanted) return undefined
        const message = pending.subarray(0, wanted)
        pending = pending.subarray(wanted)
        wanted = searched = 0
        events.onMessage(message)
      }
    },
  }
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
