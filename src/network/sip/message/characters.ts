/**
 * Character classes and byte texts (RFC 3261 §25.1). Inside the stack a message is a "byte text": a
 * string whose characters are the bytes of the datagram (latin1). UTF-8 passes through it exactly.
 */

const TOKEN = 1
const SPACE = 2
const DIGIT = 4

const classes = new Uint8Array(256)
for (let code = 0x30; code <= 0x39; code++) classes[code] = TOKEN | DIGIT
for (let code = 0x41; code <= 0x5a; code++) classes[code] = classes[code + 0x20] = TOKEN
for (const mark of "-.!%*_+`'~") classes[mark.charCodeAt(0)] = TOKEN
for (const space of ' \t\r\n') classes[space.charCodeAt(0)] = SPACE

/** Whether a character may stand in a token (method, header name, parameter name). */
export function isTokenCode(code: number): boolean {
  return (classes[code & 0xff]! & TOKEN) !== 0 && code < 256
}

/** Whether a character is linear white space; line breaks count, since only folds are left inside a value. */
export function isSpaceCode(code: number): boolean {
  return code < 256 && (classes[code]! & SPACE) !== 0
}

/** Whether a text is one non-empty token. */
export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isTokenCode(text.charCodeAt(at))) return false
  return text.length > 0
}

/** The first position from `at` that is not white space, at most `end`. */
export function skipSpace(text: string, at: number, end: number): number {
  while (at < end && isSpaceCode(text.charCodeAt(at))) at++
  return at
}

/** The end of `text` between `start` and `end` without trailing white space. */
export function trimEnd(text: string, start: number, end: number): number {
  while (end > start && isSpaceCode(text.charCodeAt(end - 1))) end--
  return end
}

/** Reads digits only: the number, or -1 when the text is empty, holds anything else, or exceeds `max`. */
export function parseDigits(text: string, max: number): number {
  if (text.length === 0) return -1
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return -1
    value = value * 10 + code - 0x30
    if (value > max) return -1
  }
  return value
}

/**
 * The same text in memory of its own: one that was cut out of a message keeps the whole message there, which counts for
 * whatever is remembered longer than the message.
 */
export function ownText(text: string): string {
  return Buffer.from(text).toString()
}

/** Position of the quote that closes the quoted string opened at `at`, or -1 (RFC 3261 §25.1). */
export function closingQuote(text: string, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5c) i++
    else if (code === 0x22) return i
  }
  return -1
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return false
  return true
}

/** What a byte text says when it is read as UTF-8; plain ASCII comes back as it is. */
export function textOfBytes(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8')
}

/** A text as the byte text of its UTF-8 form. */
export function bytesOfText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/**
 * A text that comes from above as a header value: UTF-8 bytes, and no line break or NUL, so that
 * nothing a caller wrote can begin a header of its own.
 */
export function headerBytes(text: string): string {
  const clean =
    text.includes('\r') || text.includes('\n') || text.includes('\0') ? text.replace(/[\r\n\0]+/g, ' ') : text
  return bytesOfText(clean)
}
