/** From, To, Contact and Route values: `"Display" <uri>;params` or a bare URI (RFC 3261 §20.10 and §25.1). */

import { closingQuote, isSpaceCode, isTokenCode, skipSpace, textOfBytes, trimEnd } from './message/characters.ts'
import { findParameter, isParameterList } from './parameters.ts'
import { parseUri, type Uri } from './uri.ts'

export type NameAddr = {
  /** Unquoted, '' when there is none. */
  readonly displayName: string
  /** The URI as written, without brackets. */
  readonly uriText: string
  readonly uri: Uri
  /** Header parameters `;tag=x;q=0.5` as written. */
  readonly params: string
  readonly tag: string | undefined
}

/** A display name without quotes is tokens and spaces; raw UTF-8 is tolerated because phones send it. */
function isPlainDisplayName(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (!isTokenCode(code) && !isSpaceCode(code) && code < 0x80) return false
  }
  return true
}

function made(displayName: string, uriText: string, rest: string): NameAddr | undefined {
  const uri = parseUri(uriText)
  const params = rest.trim()
  if (!uri || !isParameterList(params)) return undefined
  return { displayName: textOfBytes(displayName), uriText, uri, params, tag: findParameter(params, 'tag') }
}

/** Reads one value (not a comma list) as a byte text; undefined when it is malformed. */
export function parseNameAddr(value: string): NameAddr | undefined {
  const end = trimEnd(value, 0, value.length)
  let at = skipSpace(value, 0, end)
  let displayName = ''
  if (value.charCodeAt(at) === 0x22) {
    const close = closingQuote(value, at, end)
    if (close < 0) return undefined
    displayName = value.slice(at + 1, close).replaceAll(/\\(.)/gs, '$1')
    at = skipSpace(value, close + 1, end)
    if (value.charCodeAt(at) !== 0x3c) return undefined
  } else {
    const open = value.indexOf('<', at)
    const semicolon = value.indexOf(';', at)
    if (open < 0 || (semicolon >= 0 && semicolon < open)) return bareAddress(value, at, end)
    displayName = value.slice(at, trimEnd(value, at, open))
    if (!isPlainDisplayName(displayName)) return undefined
    at = open
  }
  const close = value.indexOf('>', at)
  if (close < 0 || close > end) return undefined
  return made(displayName, value.slice(at + 1, close), value.slice(close + 1, end))
}

/** Without brackets, everything after `;` belongs to the header, and `?` or `,` may not stand there (RFC 3261 §20). */
function bareAddress(value: string, at: number, end: number): NameAddr | undefined {
  const semicolon = value.indexOf(';', at)
  const uriEnd = semicolon < 0 || semicolon > end ? end : semicolon
  const uriText = value.slice(at, trimEnd(value, at, uriEnd))
  if (uriText.includes('?') || uriText.includes(',')) return undefined
  return made('', uriText, value.slice(uriEnd, end))
}

/** Splits a comma list outside quotes and angle brackets; empty items are dropped. */
export function splitList(value: string): string[] {
  if (!value.includes(',')) {
    const whole = value.trim()
    return whole === '' ? [] : [whole]
  }
  const items: string[] = []
  let start = 0
  let inBrackets = false
  for (let at = 0; at <= value.length; at++) {
    const code = at === value.length ? 0x2c : value.charCodeAt(at)
    if (code === 0x22 && !inBrackets) {
      const close = closingQuote(value, at, value.length)
      if (close > 0) at = close
    } else if (code === 0x3c) inBrackets = true
    else if (code === 0x3e) inBrackets = false
    if (at < value.length && (code !== 0x2c || inBrackets)) continue
    const item = value.slice(start, at).trim()
    if (item !== '') items.push(item)
    start = at + 1
  }
  return items
}

/** Quotes a display name for a name-addr; '' gives ''. */
export function quotedDisplayName(displayName: string): string {
  if (displayName === '') return ''
  return `"${displayName.replaceAll(/[\r\n\0]+/g, ' ').replaceAll(/["\\]/g, '\\$&')}" `
}

/** Writes `"Display" <uri>`. */
export function writeNameAddr(displayName: string, uri: string): string {
  return `${quotedDisplayName(displayName)}<${uri}>`
}
