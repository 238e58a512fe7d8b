/**
 * What must not be in a trace is made unreadable before it reaches a disk: proofs of passwords (digest
 * `response` and `cnonce`), passwords in URIs, keys of media, pressed digits, and texts that people
 * wrote to each other. The length stays, so that the message is still the one of the wire.
 */

const STAR = 0x2a
const LF = 0x0a
const CR = 0x0d

const startsWith = (bytes: Buffer, at: number, end: number, lowerCase: string): boolean => {
  if (at + lowerCase.length > end) return false
  for (let i = 0; i < lowerCase.length; i++) if ((bytes[at + i]! | 0x20) !== lowerCase.charCodeAt(i)) return false
  return true
}

/** Stars from `at` to `end`; line breaks stay. */
function cover(bytes: Buffer, at: number, end: number): void {
  for (let i = at; i < end; i++) if (bytes[i] !== LF && bytes[i] !== CR) bytes[i] = STAR
}

function endOfLine(bytes: Buffer, at: number, end: number): number {
  const found = bytes.indexOf(LF, at)
  return found < 0 || found > end ? end : found
}

/** The end of a header field with its folded lines. */
function endOfField(bytes: Buffer, at: number, end: number): number {
  let line = endOfLine(bytes, at, end)
  while (line + 1 < end && (bytes[line + 1] === 0x20 || bytes[line + 1] === 0x09)) {
    line = endOfLine(bytes, line + 1, end)
  }
  return line
}

const secretParameters: readonly string[] = ['response', 'cnonce']

/** Covers the values of `response` and `cnonce`, quoted or not. */
function coverCredentials(bytes: Buffer, at: number, end: number): void {
  for (const name of secretParameters) {
    for (let i = at; i < end; i++) {
      if ((bytes[i]! | 0x20) !== name.charCodeAt(0) || !startsWith(bytes, i, end, name)) continue
      let value = i + name.length
      while (value < end && bytes[value]! <= 0x20) value++
      if (bytes[value] !== 0x3d) continue
      value++
      while (value < end && (bytes[value]! <= 0x20 || bytes[value] === 0x22)) value++
      let stop = value
      while (stop < end && bytes[stop] !== 0x22 && bytes[stop] !== 0x2c && bytes[stop]! > 0x20) stop++
      cover(bytes, value, stop)
      i = stop
    }
  }
}

/** Longer ones are no URIs of telephones; the look back is bounded, so that a line of `@` costs no square. */
const USER_PART_MAX = 256

/** `sip:user:password@host`: covers the password that ends before the `@` at `at`. */
function coverUriPassword(bytes: Buffer, start: number, at: number): void {
  let colon = -1
  for (let i = at - 1; i >= Math.max(start, at - USER_PART_MAX); i--) {
    const byte = bytes[i]!
    if (byte <= 0x20 || byte === 0x3c || byte === 0x22 || byte === 0x2c) return
    if (byte !== 0x3a) continue
    const isScheme = i >= 3 && (startsWith(bytes, i - 3, at, 'sip') || startsWith(bytes, i - 3, at, 'ips'))
    if (isScheme && colon >= 0) cover(bytes, colon + 1, at)
    if (isScheme) return
    colon = i
  }
}

const bodySecrets: readonly string[] = ['a=crypto:', 'a=ice-pwd:', 'a=key-mgmt:', 'k=', 'signal=', 'signal =']

function coverBody(bytes: Buffer, at: number, end: number): void {
  for (let line = at; line < end;) {
    const stop = endOfLine(bytes, line, end)
    const secret = bodySecrets.find((one) => startsWith(bytes, line, stop, one))
    if (secret !== undefined) cover(bytes, line + secret.length, stop)
    line = stop + 1
  }
}

/** Covers what is secret in the message that lies in `bytes` from `at` to `end`; one pass over its bytes. */
export function maskMessage(bytes: Buffer, at: number, end: number): void {
  let isText = startsWith(bytes, at, end, 'message ')
  let line = at
  while (line < end) {
    const first = bytes[line]! | 0x20
    if (bytes[line] === CR || bytes[line] === LF) break
    const isAuthorization = first === 0x61 && startsWith(bytes, line, end, 'authorization')
    const isProxy = first === 0x70 && startsWith(bytes, line, end, 'proxy-authorization')
    const isType = first === 0x63 && (startsWith(bytes, line, end, 'content-type') || bytes[line + 1] === 0x3a)
    let stop = line
    if (isAuthorization || isProxy) {
      stop = endOfField(bytes, line, end)
      coverCredentials(bytes, line, stop)
    } else {
      for (; stop < end && bytes[stop] !== LF; stop++) if (bytes[stop] === 0x40) coverUriPassword(bytes, line, stop)
    }
    // `application/dtmf` carries the digit alone.
    if (isType && bytes.toString('latin1', line, stop).toLowerCase().includes('application/dtmf')) {
      isText ||= !bytes.toString('latin1', line, stop).toLowerCase().includes('relay')
    }
    line = stop + 1
  }
  const body = bytes[line] === CR ? line + 2 : line + 1
  if (body >= end) return
  if (isText) cover(bytes, body, end)
  else coverBody(bytes, body, end)
}
