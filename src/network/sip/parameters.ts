/** Parameters `;name=value` of URIs and header values (RFC 3261 §25.1), read where they stand. */

import { closingQuote, isSpaceCode, isTokenCode, skipSpace, trimEnd } from './message/characters.ts'

/** End of the parameter that begins at `at`: the next `;` outside quotes, or `end`. */
function parameterEnd(text: string, at: number, end: number): number {
  for (; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3b) return at
    if (code === 0x22) {
      const close = closingQuote(text, at, end)
      if (close < 0) return end
      at = close
    }
  }
  return end
}

function unquoted(text: string): string {
  if (text.charCodeAt(0) !== 0x22 || text.length < 2) return text
  return text.slice(1, -1).replaceAll(/\\(.)/gs, '$1')
}

/** Calls `visit` for each parameter of `;a=1;b` with its lower-case name and its value ('' for a flag). */
function eachParameter(params: string, visit: (name: string, value: string) => boolean | void): void {
  let at = params.charCodeAt(0) === 0x3b ? 1 : 0
  while (at < params.length) {
    const end = parameterEnd(params, at, params.length)
    const equals = params.indexOf('=', at)
    const nameEnd = equals >= 0 && equals < end ? equals : end
    const start = skipSpace(params, at, nameEnd)
    const name = params.slice(start, trimEnd(params, start, nameEnd)).toLowerCase()
    if (name !== '') {
      const valueStart = nameEnd < end ? skipSpace(params, nameEnd + 1, end) : end
      const value = unquoted(params.slice(valueStart, trimEnd(params, valueStart, end)))
      if (visit(name, value) === false) return
    }
    at = end + 1
  }
}

/** The value of a parameter of `;a=1;b`, '' when it stands without one, undefined when it is absent. */
export function findParameter(params: string, name: string): string | undefined {
  let found: string | undefined
  if (params === '') return undefined
  eachParameter(params, (one, value) => {
    if (one !== name) return true
    found = value
    return false
  })
  return found
}

/** `;a=1;b` without the named parameter. */
export function withoutParameter(params: string, name: string): string {
  let rest = ''
  let at = params.charCodeAt(0) === 0x3b ? 1 : 0
  while (at < params.length) {
    const end = parameterEnd(params, at, params.length)
    const one = params.slice(at, end)
    const equals = one.indexOf('=')
    if ((equals < 0 ? one : one.slice(0, equals)).trim().toLowerCase() !== name) rest += `;${one}`
    at = end + 1
  }
  return rest
}

/** Whether a text is a well-formed list `;name[=value]...`, white space around the marks allowed. */
export function isParameterList(params: string): boolean {
  let at = 0
  const end = params.length
  while (at < end) {
    if (params.charCodeAt(at) !== 0x3b) return false
    at = skipSpace(params, at + 1, end)
    const start = at
    while (at < end && isTokenCode(params.charCodeAt(at))) at++
    if (at === start) return false
    at = skipSpace(params, at, end)
    if (params.charCodeAt(at) !== 0x3d) continue
    at = skipSpace(params, at + 1, end)
    if (params.charCodeAt(at) === 0x22) {
      const close = closingQuote(params, at, end)
      if (close < 0) return false
      at = close + 1
    } else {
      while (at < end && params.charCodeAt(at) !== 0x3b && !isSpaceCode(params.charCodeAt(at))) at++
    }
    at = skipSpace(params, at, end)
  }
  return true
}
