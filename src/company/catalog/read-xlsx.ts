/**
 * The first sheet of a workbook (Office Open XML, ECMA-376) as CSV text, line for row, so that faults are named with
 * the row's own number. Values only: formulas count with what was last computed.
 */

import { csvLine, fail, ok, type Result } from '../../base/index.ts'
import { openZip, type Zip } from './open-zip.ts'

const UNPACKED_MAX = 256 * 1_048_576
const ROWS_MAX = 500_001
const COLUMNS_MAX = 100

const bad = (message: string) => fail('catalog.bad_workbook', message)

/** Whether a file begins as an archive does. */
export function isWorkbook(file: Buffer): boolean {
  return file.length > 4 && file.readUInt32LE(0) === 0x04034b50
}

/** Reads the first sheet; fails on what is no workbook, or is larger than a deck may be. */
export async function readXlsx(file: Buffer): Promise<Result<string>> {
  const zip = openZip(file, { bytesMax: UNPACKED_MAX })
  if (!zip.ok) return zip
  const path = await firstSheet(zip.value)
  if (!path.ok) return path
  const sheet = await zip.value.text(path.value)
  if (!sheet.ok) return sheet
  // A workbook of numbers alone has no shared texts.
  const shared = await zip.value.text('xl/sharedStrings.xml')
  return toCsv(sheet.value, shared.ok ? readShared(shared.value) : [])
}

async function firstSheet(zip: Zip): Promise<Result<string>> {
  const workbook = await zip.text('xl/workbook.xml')
  if (!workbook.ok) return workbook
  const relations = await zip.text('xl/_rels/workbook.xml.rels')
  if (!relations.ok) return relations
  const [sheet] = elementsOf(workbook.value, 'sheet')
  const id = sheet && attribute(sheet.attributes, '\\w+:id')
  if (id === undefined) return bad('the workbook has no sheet')
  const relation = elementsOf(relations.value, 'Relationship').find((one) => attribute(one.attributes, 'Id') === id)
  const target = relation && attribute(relation.attributes, 'Target')
  if (target === undefined) return bad('the workbook does not say where its sheet is')
  return ok(target.startsWith('/') ? target.slice(1) : `xl/${target}`)
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return found === undefined ? undefined : plainText(found)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function plainText(xml: string): string {
  if (!xml.includes('&')) return xml
  return xml.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,6}));/g, (whole, decimal, hex, name: string) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(String(hex), 16) : undefined
    if (code === undefined) return entities[name] ?? whole
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

type Element = { readonly attributes: string; readonly content: string }

/** Elements of a name that do not hold each other, in one pass: an element that never ends is the end. */
function* elementsOf(xml: string, name: string): Generator<Element> {
  const [open, close] = [`<${name}`, `</${name}>`]
  for (let at = xml.indexOf(open); at >= 0; at = xml.indexOf(open, at)) {
    const begin = at + open.length
    const end = xml.indexOf('>', begin)
    if (end < 0) return
    at = end + 1
    if (!/[\s/>]/.test(xml[begin]!)) continue
    const isEmpty = xml[end - 1] === '/'
    const attributes = xml.slice(begin, isEmpty ? end - 1 : end)
    const last = isEmpty ? end + 1 : xml.indexOf(close, end)
    if (last < 0) return
    yield { attributes, content: isEmpty ? '' : xml.slice(end + 1, last) }
    at = last
  }
}

/** All `<t>` of an item: a text may be in several runs of different letters. */
function textOf(xml: string): string {
  return Array.from(elementsOf(xml, 't'), ({ content }) => plainText(content)).join('')
}

function readShared(xml: string): string[] {
  return Array.from(elementsOf(xml, 'si'), ({ content }) => textOf(content))
}

function toCsv(xml: string, shared: readonly string[]): Result<string> {
  const lines: string[] = []
  for (const { attributes, content } of elementsOf(xml, 'row')) {
    const number = Number(attribute(attributes, 'r') ?? lines.length + 1)
    if (!Number.isInteger(number) || number <= lines.length || number > ROWS_MAX) {
      return bad(`row ${lines.length + 1} of the sheet is out of order, or there are more than ${ROWS_MAX - 1} rows`)
    }
    while (lines.length < number - 1) lines.push('\r\n')
    const cells = readCells(content, shared)
    if (!cells.ok) return bad(`row ${number}: ${cells.failure.message}`)
    lines.push(cells.value.every((cell) => cell === '') ? '\r\n' : csvLine(cells.value))
  }
  return lines.length === 0 ? bad('the first sheet is empty') : ok(lines.join(''))
}

function readCells(xml: string, shared: readonly string[]): Result<string[]> {
  const cells: string[] = []
  for (const { attributes, content } of elementsOf(xml, 'c')) {
    const column = columnOf(attribute(attributes, 'r'), cells.length)
    if (column >= COLUMNS_MAX) return bad(`more than ${COLUMNS_MAX} columns`)
    while (cells.length < column) cells.push('')
    cells[column] = valueOf(content, attribute(attributes, 't'), shared)
  }
  return ok(cells)
}

/** `C7` is column 2; without a reference cells follow each other. */
function columnOf(reference: string | undefined, otherwise: number): number {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (letters === undefined) return otherwise
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function valueOf(content: string, type: string | undefined, shared: readonly string[]): string {
  if (type === 'inlineStr') return textOf(content)
  const value = plainText(elementsOf(content, 'v').next().value?.content ?? '')
  if (type === 's') return shared[Number(value)] ?? ''
  if (type === 'b') return value === '1' ? 'yes' : 'no'
  return type === undefined || type === 'n' ? decimalOf(value) : value
}

/** Sheets keep numbers as doubles (`4.8999999999999998E-3`); the shortest text of that double is what was typed. */
function decimalOf(text: string): string {
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) return text
  const [digits = '', exponent] = String(value).split('e')
  if (exponent === undefined) return digits
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
  const sign = value < 0 ? '-' : ''
  const places = Number(exponent)
  if (places >= 0) return `${sign}${(whole + fraction).padEnd(whole.length + places, '0')}`
  return `${sign}0.${'0'.repeat(-places - whole.length)}${whole}${fraction}`
}
