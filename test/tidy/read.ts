/** Reads the house for the style test: every text file; of a source file its code, its strings and its imports. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export type Import = {
  /** Path from the repository's root for a relative import, else the package as written. */
  readonly target: string
  readonly typeOnly: boolean
  readonly line: number
}

export type SourceFile = {
  /** Path from the repository's root, with slashes. */
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
  /** The text with comments and the contents of strings blanked; same length and lines. */
  readonly code: string
  /** The contents of strings and templates alone, the rest blanked; same length and lines. */
  readonly strings: string
  readonly imports: readonly Import[]
  readonly isTest: boolean
}

export type House = {
  /** Every text file by its path. */
  readonly texts: ReadonlyMap<string, string>
  /** TypeScript files of src/ and test/. */
  readonly sources: readonly SourceFile[]
}

const skipped = /(^|\/)(node_modules|dist|\.git|\.dialhouse)(\/|$)/
const readable = /\.(ts|tsx|mjs|sql|md|html|json)$/

/** Reads the folders that hold our own text. */
export function readHouse(root: string): House {
  const texts = new Map<string, string>()
  const take = (path: string): void => void texts.set(path, readFileSync(join(root, path), 'utf8'))
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isFile() && readable.test(entry.name) && entry.name !== 'package-lock.json') take(entry.name)
  }
  for (const folder of ['src', 'test', 'migrations', 'docs', 'deploy']) {
    if (!existsSync(join(root, folder))) continue
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      const path = posix.join(entry.parentPath.slice(root.length + 1), entry.name)
      if (entry.isFile() && readable.test(path) && !skipped.test(path)) take(path)
    }
  }
  return houseOf(texts)
}

/** A house of given texts by path: the real one, or a small one with a planted fault. */
export function houseOf(texts: ReadonlyMap<string, string>): House {
  const isSource = (path: string): boolean => /^(src|test)\/.*\.tsx?$/.test(path)
  return { texts, sources: [...texts].filter(([path]) => isSource(path)).map(([path, text]) => parse(path, text)) }
}

/** The line number, from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++
  return line
}

function parse(path: string, text: string): SourceFile {
  const { code, strings } = separate(text)
  const isTest = /(\.test\.tsx?|\/(testing|test-[\w-]+)\.ts)$/.test(path) || path.startsWith('test/')
  return { path, text, lines: text.split('\n'), code, strings, imports: importsOf(path, text, code), isTest }
}

// Found in the blanked code, so that nothing in a comment or a string counts; the target is read from the text.
const importPattern =
  /(?:^|\n)\s*(?:import|export)\b(\s+type\b)?[^'"`;()=]*?\bfrom\s+'|\bimport\(\s*'|(?:^|\n)import\s+'/g

function importsOf(path: string, text: string, code: string): Import[] {
  return [...code.matchAll(importPattern)].map((match) => {
    const start = match.index + match[0].length
    const written = text.slice(start, text.indexOf("'", start))
    const target = written.startsWith('.') ? posix.join(posix.dirname(path), written) : written
    return { target, typeOnly: match[1] !== undefined, line: lineAt(text, start) }
  })
}

const interesting = /['"`/{}]/g
const beforeRegex = /(?:[(,=:[!&|?;{+*%~^\n]|\breturn|\bcase|=>)\s*$/

/** Tells code from comments, strings, templates and regular expressions, character by character. */
function separate(text: string): { code: string; strings: string } {
  const code: string[] = []
  const strings: string[] = []
  // Depth of braces inside each open `${`; empty outside templates.
  const braces: number[] = []
  let at = 0
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ')
  const put = (end: number, kind: 'code' | 'string' | 'neither'): void => {
    const part = text.slice(at, end)
    code.push(kind === 'code' ? part : blank(part))
    strings.push(kind === 'string' ? part : blank(part))
    at = end
  }
  const template = (): void => {
    const end = endOf(text, at, /[`]|\$\{/, true)
    const opens = text[end] === '$'
    put(end, 'string')
    put(end + (opens ? 2 : 1), 'code')
    if (opens) braces.push(0)
  }
  while (at < text.length) {
    const mark = text[at]!
    const next = text[at + 1]
    if (mark === '/' && next === '/') put(endOf(text, at, /\n/, false), 'neither')
    else if (mark === '/' && next === '*') put(text.indexOf('*/', at + 2) + 2 || text.length, 'neither')
    else if (mark === '/' && beforeRegex.test(text.slice(Math.max(0, at - 12), at)))
      put(endOfRegex(text, at), 'neither')
    else if (mark === "'" || mark === '"') {
      put(at + 1, 'code')
      put(endOf(text, at, mark === "'" ? /['\n]/ : /["\n]/, true), 'string')
      put(at + 1, 'code')
    } else if (mark === '`') {
      put(at + 1, 'code')
      template()
    } else {
      const depth = braces.at(-1)
      interesting.lastIndex = at + 1
      put(mark === '{' || mark === '}' ? at + 1 : (interesting.exec(text)?.index ?? text.length), 'code')
      if (depth !== undefined && mark === '{') braces[braces.length - 1] = depth + 1
      else if (depth === 0 && mark === '}') {
        braces.pop()
        template()
      } else if (depth !== undefined && mark === '}') braces[braces.length - 1] = depth - 1
    }
  }
  return { code: code.join(''), strings: strings.join('') }
}

/** Where `stop` first matches from `from`, skipping escaped characters when asked; the end when it never does. */
function endOf(text: string, from: number, stop: RegExp, escapes: boolean): number {
  for (let at = from; at < text.length; at++) {
    if (escapes && text[at] === '\\') at++
    else if (stop.test(text[at] === '$' ? text.slice(at, at + 2) : text[at]!)) return at
  }
  return text.length
}

function endOfRegex(text: string, from: number): number {
  let inClass = false
  for (let at = from + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
    else if (text[at] === '/' && !inClass) return at + 1
  }
  return from + 1
}
