/**
 * A SIP message as one byte text and an index of its headers (RFC 3261 §7). Nothing but the start line
 * is interpreted until somebody asks; what was read once is kept.
 */

import { parseNameAddr, splitList, type NameAddr } from '../name-addr.ts'
import { parseVia, type Via } from '../via.ts'
import { findPart, findSdp } from './body.ts'
import { parseDigits, skipSpace, textOfBytes } from './characters.ts'
import { compactForm, header, headerCode, type HeaderCode } from './header-names.ts'

export type StartLine =
  | { readonly method: string; readonly uri: string }
  | { readonly status: number; readonly reason: string }

export type Cseq = { readonly number: number; readonly method: string }

/** Numbers per header in the index: code, name start, name end, value start, value end. */
const INDEX_STRIDE = 5

const CSEQ_MAX = 2 ** 31 - 1

export class SipMessage {
  /** The method of a request; '' for a response, whose CSeq tells it. */
  readonly method: string
  /** Request-URI as written; '' for a response. */
  readonly uri: string
  /** 100-699 for a response, 0 for a request. */
  readonly status: number
  readonly reason: string
  readonly #text: string
  readonly #index: readonly number[]
  #via: Via | undefined | null = null
  #from: NameAddr | undefined | null = null
  #to: NameAddr | undefined | null = null
  #contact: NameAddr | undefined | null = null
  #cseq: Cseq | undefined | null = null
  #callId: string | null = null
  #body: Buffer | undefined
  #bodyStart = 0
  #bodyEnd = 0

  constructor(start: StartLine, text: string, index: readonly number[]) {
    this.method = 'method' in start ? start.method : ''
    this.uri = 'uri' in start ? start.uri : ''
    this.status = 'status' in start ? start.status : 0
    this.reason = 'reason' in start ? start.reason : ''
    this.#text = text
    this.#index = index
  }

  /** Where the body lies in the text, once Content-Length has been read. */
  bodyAt(start: number, end: number): void {
    this.#bodyStart = start
    this.#bodyEnd = end
  }

  /** A copy, made when it is asked for: what holds a message does not hold the datagram that brought it. */
  get body(): Buffer {
    this.#body ??= Buffer.from(this.#text.slice(this.#bodyStart, this.#bodyEnd), 'latin1')
    return this.#body
  }

  /** In bytes. */
  get bodyLength(): number {
    return this.#bodyEnd - this.#bodyStart
  }

  /** Bytes on the wire. */
  get size(): number {
    return this.#text.length
  }

  get isRequest(): boolean {
    return this.status === 0
  }

  /** How many header lines there are. */
  get headerCount(): number {
    return this.#index.length / INDEX_STRIDE
  }

  /** Values of every line of a header, in order, unfolded and trimmed, as byte texts. */
  rawAll(code: HeaderCode): string[] {
    const values: string[] = []
    for (let at = 0; at < this.#index.length; at += INDEX_STRIDE) {
      if (this.#index[at] === code) values.push(this.#value(at))
    }
    return values
  }

  /** Value of the first line of a header as a byte text. */
  raw(code: HeaderCode): string | undefined {
    for (let at = 0; at < this.#index.length; at += INDEX_STRIDE) {
      if (this.#index[at] === code) return this.#value(at)
    }
    return undefined
  }

  /** How many lines a header has. */
  countOf(code: HeaderCode): number {
    let count = 0
    for (let at = 0; at < this.#index.length; at += INDEX_STRIDE) if (this.#index[at] === code) count++
    return count
  }

  /** The first value of any header by its long name; case does not count, the compact form is found too. */
  header(name: string): string | undefined {
    return this.headers(name)[0]
  }

  /** The values of every line of any header by its long name, in order. */
  headers(name: string): string[] {
    const code = headerCode(name)
    if (code !== header.other) return this.rawAll(code).map(textOfBytes)
    const wanted = name.toLowerCase()
    const compact = compactForm(wanted)
    const values: string[] = []
    for (let at = 0; at < this.#index.length; at += INDEX_STRIDE) {
      if (this.#index[at] !== header.other) continue
      const own = this.#nameAt(at).toLowerCase()
      if (own === wanted || own === compact) values.push(textOfBytes(this.#value(at)))
    }
    return values
  }

  /** Every header line as it was written: name and unfolded value, in order. */
  allHeaders(): (readonly [name: string, value: string])[] {
    const all: [string, string][] = []
    for (let at = 0; at < this.#index.length; at += INDEX_STRIDE) {
      all.push([this.#nameAt(at), textOfBytes(this.#value(at))])
    }
    return all
  }

  /** The items of a header that is a comma list (Via, Route, Contact, Require ...), over all its lines. */
  items(code: HeaderCode): string[] {
    return this.rawAll(code).flatMap(splitList)
  }

  /** The topmost Via. */
  get via(): Via | undefined {
    if (this.#via === null) {
      const first = splitList(this.raw(header.via) ?? '')[0]
      this.#via = first === undefined ? undefined : parseVia(first)
    }
    return this.#via
  }

  get from(): NameAddr | undefined {
    if (this.#from === null) this.#from = parseNameAddr(this.raw(header.from) ?? '')
    return this.#from
  }

  get to(): NameAddr | undefined {
    if (this.#to === null) this.#to = parseNameAddr(this.raw(header.to) ?? '')
    return this.#to
  }

  /** The first Contact; undefined also for `*`. */
  get contact(): NameAddr | undefined {
    if (this.#contact === null) {
      const first = this.items(header.contact)[0]
      this.#contact = first === undefined ? undefined : parseNameAddr(first)
    }
    return this.#contact
  }

  /** '' when there is none. */
  get callId(): string {
    if (this.#callId === null) this.#callId = this.raw(header.callId) ?? ''
    return this.#callId
  }

  get cseq(): Cseq | undefined {
    if (this.#cseq === null) this.#cseq = parseCseq(this.raw(header.cseq) ?? '')
    return this.#cseq
  }

  /** The session description in the body, also as a part of a multipart body; undefined when there is none. */
  get sdp(): string | undefined {
    return this.bodyLength === 0 ? undefined : findSdp(this.body, this.raw(header.contentType))
  }

  /** The body, or a part of it, that has this type. */
  part(type: string): string | undefined {
    return findPart(this.body, this.raw(header.contentType), type)
  }

  /** Whether a comma list such as Supported or Require names an option tag. */
  hasOption(code: HeaderCode, tag: string): boolean {
    return this.items(code).some((item) => item.toLowerCase() === tag)
  }

  /** A header that is a whole number; -1 when malformed or above `max`, undefined when absent. */
  integer(code: HeaderCode, max: number): number | undefined {
    const value = this.raw(code)
    return value === undefined ? undefined : parseDigits(value, max)
  }

  /** The message as it came, with one more header line (byte text, with its line break) above all others. */
  withTopLine(line: string): Buffer {
    const at = this.#index[1] ?? this.#text.length
    return Buffer.from(this.#text.slice(0, at) + line + this.#text.slice(at), 'latin1')
  }

  #nameAt(at: number): string {
    return this.#text.slice(this.#index[at + 1], this.#index[at + 2])
  }

  #value(at: number): string {
    const value = this.#text.slice(this.#index[at + 3], this.#index[at + 4])
    return value.includes('\n') ? value.replaceAll(/[ \t]*\r?\n[ \t]+/g, ' ') : value
  }
}

function parseCseq(value: string): Cseq | undefined {
  let at = 0
  while (at < value.length && value.charCodeAt(at) >= 0x30 && value.charCodeAt(at) <= 0x39) at++
  const number = parseDigits(value.slice(0, at), CSEQ_MAX)
  const methodStart = skipSpace(value, at, value.length)
  const method = value.slice(methodStart).trimEnd()
  return number < 0 || method === '' || methodStart === at ? undefined : { number, method }
}
