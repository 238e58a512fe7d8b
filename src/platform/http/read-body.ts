/** Reads request bodies within limits of size, depth and type. */

import { fail, ok, type Result } from '../../base/index.ts'
import type { DoorFailure } from './problem.ts'

/** 1 MiB: larger things (recordings, decks) are uploaded by operations of their own. */
export const BODY_BYTES_MAX = 1_048_576
/** What somebody unknown may send: a sign-in, not a file. */
export const PUBLIC_BYTES_MAX = 16_384
const DEPTH_MAX = 32

const tooLarge = (bytesMax: number) => fail('http.too_large', `the body is larger than ${bytesMax} bytes`)

/** The whole body as text, refused as soon as it is known to be too large or not to be UTF-8. */
async function readText(request: Request, bytesMax = BODY_BYTES_MAX): Promise<Result<string, DoorFailure>> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return tooLarge(bytesMax)
  if (!request.body) return ok('')
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength
      // Leaving the loop cancels the stream, so that nothing more is buffered.
      if (bytes > bytesMax) return tooLarge(bytesMax)
      chunks.push(chunk)
    }
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch {
    return fail('http.bad_input', 'the body ended early or is not UTF-8 text')
  }
}

/** A JSON body as a value; `undefined` for an empty one. */
export async function readJson(request: Request, bytesMax = BODY_BYTES_MAX): Promise<Result<unknown, DoorFailure>> {
  const type = request.headers.get('content-type') ?? ''
  const text = await readText(request, bytesMax)
  if (!text.ok) return text
  if (text.value === '') return ok(undefined)
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    return fail('http.not_json', 'send the body as application/json')
  }
  return parseJson(text.value)
}

/**
 * Parses JSON that is not nested deeper than 32 levels and whose texts a column can store: no NUL, no half character;
 * a key named `__proto__` is left out.
 */
function parseJson(text: string): Result<unknown, DoorFailure> {
  if (depthOf(text) > DEPTH_MAX) return fail('http.bad_json', `the JSON is nested deeper than ${DEPTH_MAX} levels`)
  let isStorable = true
  try {
    const value: unknown = JSON.parse(text, (key, part: unknown) => {
      if (!isText(key) || (typeof part === 'string' && !isText(part))) isStorable = false
      return key === '__proto__' ? undefined : part
    })
    return isStorable ? ok(value) : fail('http.bad_json', 'a text in the JSON holds a NUL or half a character')
  } catch {
    return fail('http.bad_json', 'the body is not valid JSON')
  }
}

/** Half a surrogate pair is no character, and PostgreSQL's jsonb refuses it. */
function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Deepest nesting of brackets outside strings, in one pass over the text. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inString) {
      if (code === 92) at++
      else if (code === 34) inString = false
    } else if (code === 34) inString = true
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if (code === 93 || code === 125) depth--
  }
  return deepest
}

/** A form sent by a page without JavaScript; repeated and unknown fields are the caller's business. */
export async function readForm(request: Request): Promise<Result<URLSearchParams, DoorFailure>> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    return fail('http.bad_input', 'send the form as application/x-www-form-urlencoded')
  }
  const text = await readText(request, PUBLIC_BYTES_MAX)
  return text.ok ? ok(new URLSearchParams(text.value)) : text
}
