/**
 * Reads the XML of banks: elements, attributes, text. A document type is refused, so that nothing is ever expanded or
 * fetched; depth and size are bounded.
 */

import { ok, type Result } from '../../../../base/index.ts'
import { truncated, unreadable, type StatementFailure } from './errors.ts'

export type XmlElement = {
  /** Without its prefix. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

type Open = { name: string; full: string; attributes: Record<string, string>; children: XmlElement[]; text: string }

const DEPTH_MAX = 40
const NAME = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?'
const ATTRIBUTES = `(?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*`
/** A comment, an instruction, CDATA, a tag, or text. */
const token = new RegExp(
  [
    '<!--[\\s\\S]*?-->',
    '<\\?[\\s\\S]*?\\?>',
    '<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>',
    `<(/?)(${NAME})(${ATTRIBUTES})\\s*(/?)>`,
    '([^<]+)',
  ].join('|'),
  'y',
)
const attribute = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g')
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const local = (name: string): string => name.slice(name.indexOf(':') + 1)

function decoded(text: string): string {
  return text.replaceAll(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w{1,8});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ''
  })
}

/** The root of a document. */
export function readXml(source: string): Result<XmlElement, StatementFailure> {
  const root: Open = { name: '', full: '', attributes: {}, children: [], text: '' }
  const open: Open[] = [root]
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const at = token.lastIndex
    const found = token.exec(source)
    if (!found) {
      if (/^<!DOCTYPE/i.test(source.slice(at, at + 9))) return unreadable('<!DOCTYPE>', 'a document type is not taken')
      return !source.includes('>', at) ? truncated('an element is cut') : unreadable(`character ${at}`, 'no XML')
    }
    const [, cdata, slash, name, attributes, isEmpty, text] = found
    const top = open.at(-1)!
    if (cdata !== undefined) top.text += cdata
    else if (text !== undefined) top.text += decoded(text)
    else if (name !== undefined && slash) {
      if (top.full !== name || open.length === 1) return unreadable(`</${name}>`, 'closes nothing')
      open.pop()
      close(open.at(-1)!, top)
    } else if (name !== undefined) {
      if (open.length > DEPTH_MAX) return unreadable(`<${name}>`, 'is nested too deep')
      const begun: Open = { name: local(name), full: name, attributes: {}, children: [], text: '' }
      for (const [, key, double, single] of (attributes ?? '').matchAll(attribute))
        begun.attributes[local(key!)] = decoded(double ?? single ?? '')
      if (isEmpty) close(top, begun)
      else open.push(begun)
    }
  }
  if (open.length > 1) return truncated(`<${open.at(-1)!.full}> is not closed`)
  const [first, more] = root.children
  if (!first || more || root.text.trim() !== '') return unreadable('the document', 'has not one root')
  return ok(first)
}

function close(parent: Open, { name, attributes, children, text }: Open): void {
  parent.children.push({ name, attributes, children, text: text.trim() })
}

/** The elements below one, along a path of names such as `Acct/Id/IBAN`. */
export function elements(from: XmlElement, path: string): readonly XmlElement[] {
  return path
    .split('/')
    .reduce<readonly XmlElement[]>(
      (some, name) => some.flatMap((it) => it.children.filter((c) => c.name === name)),
      [from],
    )
}

/** The text of the first of several paths that has one; empty without. */
export function textAt(from: XmlElement, ...paths: readonly string[]): string {
  for (const path of paths) {
    const text = elements(from, path)[0]?.text
    if (text) return text
  }
  return ''
}
