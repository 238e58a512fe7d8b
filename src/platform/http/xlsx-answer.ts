/**
 * Tables as streamed XLSX (ECMA-376 part 1, in a ZIP as its part 2 wants it): texts are texts, so that no cell is ever
 * run as a formula and a telephone number keeps its plus; only the columns that say so are numbers, and of these only
 * what a spreadsheet holds exactly.
 */

import type { CsvAnswer } from './csv-answer.ts'
import { createZip } from './write-zip.ts'

/** A sheet holds 1,048,576 rows; the next ones go to another. */
const SHEET_ROWS = 1_000_000
/** A spreadsheet computes with 15 digits. */
const EXACT_NUMBER = /^-?(?=(?:\d\.?){1,15}$)\d+(?:\.\d+)?$/
const CHUNK_CHARACTERS = 65_536

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const packaged = 'http://schemas.openxmlformats.org/package/2006'

/** XML 1.0 §2.2 has no place for other control characters, nor for halves of pairs. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function cellOf(text: string, place: string, isNumber: boolean): string {
  if (text === '') return ''
  if (isNumber && EXACT_NUMBER.test(text)) return `<c r="${place}"><v>${text}</v></c>`
  return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
}

/** `A` to `Z`, `AA` and so on. */
function letterOf(column: number): string {
  const last = String.fromCodePoint(65 + (column % 26))
  return column < 26 ? last : letterOf(Math.floor(column / 26) - 1) + last
}

function rowOf(cells: readonly string[], line: number, isNumber: readonly boolean[]): string {
  const written = cells.map((cell, at) => cellOf(cell, `${letterOf(at)}${line}`, isNumber[at] === true))
  return `<row r="${line}">${written.join('')}</row>`
}

/** The bytes of a workbook; reading ends when the client goes away. */
export function xlsxBytes(answer: CsvAnswer): ReadableStream<Uint8Array> {
  const bytes = workbook(answer)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await bytes.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await bytes.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}

async function* workbook({ rows, numbers = [] }: CsvAnswer): AsyncGenerator<Uint8Array, undefined> {
  const zip = createZip()
  const source = rows[Symbol.asyncIterator]()
  let sheets = 0
  try {
    const first = await source.next()
    const names = first.done ? [] : first.value
    const isNumber = names.map((name) => numbers.includes(name))
    let isOver = first.done === true
    do {
      sheets += 1
      yield* zip.entry(`xl/worksheets/sheet${sheets}.xml`, async function* () {
        yield `${head}<worksheet ${main}><sheetData>${rowOf(names, 1, [])}`
        let text = ''
        for (let line = 2; line <= SHEET_ROWS; line += 1) {
          const next = await source.next()
          isOver = next.done === true
          if (next.done) break
          text += rowOf(next.value, line, isNumber)
          if (text.length < CHUNK_CHARACTERS) continue
          yield text
          text = ''
        }
        yield `${text}</sheetData></worksheet>`
      })
    } while (!isOver)
    for (const [name, text] of partsOf(sheets)) yield* zip.entry(name, () => [text])
    yield zip.end()
  } finally {
    await source.return?.()
  }
  return undefined
}

/** What a workbook has beside its sheets. */
function partsOf(sheets: number): readonly (readonly [name: string, text: string])[] {
  const all = Array.from({ length: sheets }, (_, at) => at + 1)
  const type = (part: string, kind: string): string =>
    `<Override PartName="${part}" ContentType="${SPREADSHEET}.${kind}+xml"/>`
  const relation = (id: string, kind: string, target: string): string =>
    `<Relationship Id="${id}" Type="${office}/${kind}" Target="${target}"/>`
  const relations = (list: string): string =>
    `${head}<Relationships xmlns="${packaged}/relationships">${list}</Relationships>`
  return [
    [
      'xl/workbook.xml',
      `${head}<workbook ${main} xmlns:r="${office}"><sheets>` +
        all.map((at) => `<sheet name="${at}" sheetId="${at}" r:id="s${at}"/>`).join('') +
        '</sheets></workbook>',
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relations(all.map((at) => relation(`s${at}`, 'worksheet', `worksheets/sheet${at}.xml`)).join('')),
    ],
    ['_rels/.rels', relations(relation('w', 'officeDocument', 'xl/workbook.xml'))],
    [
      '[Content_Types].xml',
      `${head}<Types xmlns="${packaged}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        type('/xl/workbook.xml', 'sheet.main') +
        all.map((at) => type(`/xl/worksheets/sheet${at}.xml`, 'worksheet')).join('') +
        '</Types>',
    ],
  ]
}
