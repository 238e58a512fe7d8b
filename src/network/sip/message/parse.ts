/**
 * From bytes to an indexed message (RFC 3261 §7, limits ours). Never throws; linear in the input; what
 * is malformed in a way that RFC 3261 wants answered comes back with the status and what could be read.
 */

import { ok, type Result } from '../../../base/index.ts'
import type { SipFault, SipFaultCode } from '../errors.ts'
import { isSpaceCode, isToken, isTokenCode, parseDigits, trimEnd } from './characters.ts'
import { header, headerCodeAt } from './header-names.ts'
import { SipMessage, type StartLine } from './message.ts'

const MESSAGE_BYTES_MAX = 65_536
const HEADERS_MAX = 256
const LINE_MAX = 8192
const METHOD_MAX = 64

type Fault = { code: SipFaultCode; status: number; reason: string }

const badRequest = (reason: string): Fault => ({ code: 'sip.malformed', status: 400, reason })

function failure(fault: Fault, request?: SipMessage): { ok: false; failure: SipFault } {
  return { ok: false, failure: { ...fault, message: fault.reason, request } }
}

const notSip = failure({ code: 'sip.not_sip', status: 0, reason: 'not a SIP message' })
const tooLarge = failure({ code: 'sip.too_large', status: 0, reason: 'larger than 64 kB' })

/** Empty lines before a message are keepalives or habit (RFC 3261 §7.5). */
function skipEmptyLines(text: string): number {
  let at = 0
  while (text.charCodeAt(at) === 0x0d || text.charCodeAt(at) === 0x0a) at++
  return at
}

/**
 * Reads one whole message: a datagram, or what the framing of a stream cut out.
 * `text` is the same bytes as latin1 when the caller has it already.
 */
export function parseMessage(bytes: Buffer, text = bytes.toString('latin1')): Result<SipMessage, SipFault> {
  if (bytes.length > MESSAGE_BYTES_MAX) return tooLarge
  const start = skipEmptyLines(text)
  const lineFeed = text.indexOf('\n', start)
  if (lineFeed < 0) return notSip
  const lineEnd = text.charCodeAt(lineFeed - 1) === 0x0d ? lineFeed - 1 : lineFeed
  const first = parseStartLine(text, start, lineEnd)
  if (!first) return notSip
  const index: number[] = []
  const scanned = indexHeaders(text, lineFeed + 1, index)
  const fault = first.fault ?? scanned.fault
  const message = new SipMessage(first.line, text, index)
  if (fault) return failure(fault, message)
  const length = bodyLength(message, bytes.length - scanned.bodyStart)
  if (typeof length !== 'number') return failure(length, message)
  message.bodyAt(scanned.bodyStart, scanned.bodyStart + length)
  return ok(message)
}

/** Content-Length decides where the body ends; without it, a datagram's body is the rest (RFC 3261 §18.3). */
function bodyLength(message: SipMessage, available: number): number | Fault {
  const declared = message.raw(header.contentLength)
  if (declared === undefined) return available
  if (message.countOf(header.contentLength) > 1) return badRequest('Multiple Content-Length')
  const length = parseDigits(declared, MESSAGE_BYTES_MAX)
  if (length < 0) return badRequest('Bad Content-Length')
  return length > available ? badRequest('Message Shorter Than Content-Length') : length
}

type ParsedStart = { line: StartLine; fault: Fault | undefined }

function parseStartLine(text: string, start: number, end: number): ParsedStart | undefined {
  if (end - start > LINE_MAX) return undefined
  const prefix = text.slice(start, start + 4)
  return prefix === 'SIP/' || prefix.toUpperCase() === 'SIP/'
    ? parseStatusLine(text, start, end)
    : parseRequestLine(text, start, end)
}

/** `SIP/2.0 200 OK`; a response that is wrong here is discarded, nobody is told. */
function parseStatusLine(text: string, start: number, end: number): ParsedStart | undefined {
  if (text.slice(start, start + 8).toUpperCase() !== 'SIP/2.0 ') return undefined
  const statusEnd = start + 11
  const status = parseDigits(text.slice(start + 8, statusEnd), 699)
  if (status < 100 || (statusEnd < end && text.charCodeAt(statusEnd) !== 0x20)) return undefined
  return { line: { status, reason: text.slice(statusEnd + 1, end) }, fault: undefined }
}

/** `INVITE sip:204@example.com SIP/2.0` with single spaces (RFC 3261 §7.1). */
function parseRequestLine(text: string, start: number, end: number): ParsedStart | undefined {
  const trimmed = trimEnd(text, start, end)
  const space = text.indexOf(' ', start)
  let last = trimmed - 1
  while (last > start && text.charCodeAt(last) !== 0x20) last--
  if (space < 0 || space - start > METHOD_MAX || last <= space) return undefined
  const method = text.slice(start, space)
  const version = text.slice(last + 1, trimmed).toUpperCase()
  if (!isToken(method) || !version.startsWith('SIP/')) return undefined
  const uri = text.slice(space + 1, last)
  const line = { method, uri }
  if (version !== 'SIP/2.0') {
    return { line, fault: { code: 'sip.version_not_supported', status: 505, reason: 'Version Not Supported' } }
  }
  const spaced = trimmed !== end || uri === '' || uri.includes(' ') || uri.includes('\t')
  return { line, fault: spaced ? badRequest('Bad Request Line') : undefined }
}

/** Notes where each header's name and value stand; a continuation line joins the value before it. */
function indexHeaders(text: string, from: number, index: number[]): { bodyStart: number; fault: Fault | undefined } {
  let at = from
  let fault: Fault | undefined
  let nextReturn = text.indexOf('\r', at)
  while (at < text.length) {
    const lineFeed = text.indexOf('\n', at)
    if (lineFeed < 0) return { bodyStart: text.length, fault: fault ?? badRequest('Unfinished Header') }
    let end = lineFeed
    if (nextReturn >= 0 && nextReturn < at) nextReturn = text.indexOf('\r', at)
    if (nextReturn >= 0 && nextReturn < lineFeed) {
      // A lone carriage return would be a line end to some and text to others: refused.
      if (nextReturn !== lineFeed - 1) fault ??= badRequest('Stray Carriage Return')
      if (text.charCodeAt(lineFeed - 1) === 0x0d) end = lineFeed - 1
    }
    if (end === at) return { bodyStart: lineFeed + 1, fault: fault ?? nulFault(text, from, at) }
    fault ??= indexLine(text, at, end, index)
    at = lineFeed + 1
  }
  return { bodyStart: at, fault: fault ?? badRequest('Unfinished Header') }
}

function nulFault(text: string, from: number, end: number): Fault | undefined {
  for (let nul = text.indexOf('\0', from); nul >= 0 && nul < end; nul = text.indexOf('\0', nul + 1)) {
    // Only a quoted pair may hold one (RFC 4475 §3.1.1.2).
    if (text.charCodeAt(nul - 1) !== 0x5c) return badRequest('NUL In Header')
  }
  return undefined
}

function indexLine(text: string, start: number, end: number, index: number[]): Fault | undefined {
  if (end - start > LINE_MAX) return { code: 'sip.too_large', status: 513, reason: 'Header Line Too Long' }
  if (isSpaceCode(text.charCodeAt(start))) {
    if (index.length === 0) return badRequest('Folded First Header')
    const valueEnd = trimEnd(text, start, end)
    if (valueEnd - index.at(-2)! > LINE_MAX) {
      return { code: 'sip.too_large', status: 513, reason: 'Header Line Too Long' }
    }
    if (valueEnd > start) index[index.length - 1] = valueEnd
    return undefined
  }
  let nameEnd = start
  while (nameEnd < end && isTokenCode(text.charCodeAt(nameEnd))) nameEnd++
  let colon = nameEnd
  // White space before the colon is legal, and a favourite of header smugglers: the name ends before it.
  while (text.charCodeAt(colon) === 0x20 || text.charCodeAt(colon) === 0x09) colon++
  if (nameEnd === start || text.charCodeAt(colon) !== 0x3a) return badRequest('Bad Header Line')
  if (index.length >= HEADERS_MAX * 5) return { code: 'sip.too_large', status: 513, reason: 'Too Many Headers' }
  let valueStart = colon + 1
  while (valueStart < end && isSpaceCode(text.charCodeAt(valueStart))) valueStart++
  const valueEnd = trimEnd(text, valueStart, end)
  index.push(headerCodeAt(text, start, nameEnd), start, nameEnd, valueStart, Math.max(valueStart, valueEnd))
  return undefined
}
