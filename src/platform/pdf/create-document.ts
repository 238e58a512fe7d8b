/** A document that is drawn page by page, from the top left corner, in points. */

import { isoInstant } from '../../base/index.ts'
import { writeFont } from './font-objects.ts'
import type { Font } from './read-font.ts'
import { createStructure, type ElementKind, type Structure } from './structure.ts'
import { createPdfFile, type PdfFile } from './write-file.ts'

export type Weight = 'regular' | 'bold'

export type TextStyle = {
  readonly size: number
  readonly weight?: Weight
  /** `#rrggbb`, near black when it is left out. */
  readonly colour?: string
  /** `x` is the right end, or the middle. */
  readonly align?: 'right' | 'middle'
}

export type PdfDocument = {
  readonly width: number
  readonly height: number
  addPage(): void
  pageCount(): number
  /** Draws on a page that was left; for what is known at the end, such as the number of pages. */
  onPage(page: number): void
  /** A line of text whose letters stand on `y`. */
  text(text: string, x: number, y: number, style: TextStyle): void
  widthOf(text: string, style: TextStyle): number
  /** A filled rectangle. */
  box(x: number, y: number, width: number, height: number, colour: string): void
  /** What is drawn by `act` is an element of the structure. */
  element(kind: ElementKind, act: () => void): void
  /** An element that stays open beyond a function, such as a table over pages. */
  open(kind: ElementKind): void
  close(): void
  finish(): Buffer
}

export type DocumentOptions = {
  readonly fonts: Readonly<Record<Weight, Font>>
  readonly title: string
  readonly author: string
  /** Language of its text, such as `en-CA`. */
  readonly language: string
  readonly createdAt: number
}

/** Letter, upright. */
const [WIDTH, HEIGHT] = [612, 792]
const INK = '#1f2328'
const names: Readonly<Record<Weight, string>> = { regular: 'F1', bold: 'F2' }

function colourOf(colour: string): string {
  const of = (at: number): string => (Number.parseInt(colour.slice(at, at + 2), 16) / 255).toFixed(3)
  return `${of(1)} ${of(3)} ${of(5)} rg`
}

const rounded = (value: number): string => String(Math.round(value * 100) / 100)

/** A text of a dictionary as UTF-16, so that every letter has its place. */
function textString(text: string): string {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  return `<${bytes.toString('hex')}>`
}

/** Begins a document without pages. */
export function createDocument(options: DocumentOptions): PdfDocument {
  const { fonts } = options
  const file = createPdfFile()
  const structure = createStructure(file)
  const pages: string[][] = []
  let page = -1
  const used: Record<Weight, Map<number, number>> = { regular: new Map(), bold: new Map() }
  const put = (operators: string): void => void pages[page]!.push(operators)

  const shape = (text: string, weight: Weight): { glyphs: string; width: number } => {
    const font = fonts[weight]
    let glyphs = ''
    let width = 0
    for (const letter of text) {
      const code = letter.codePointAt(0)!
      const glyph = font.glyphOf(code)
      used[weight].set(glyph, code > 0xffff ? 0xfffd : code)
      glyphs += glyph.toString(16).padStart(4, '0')
      width += font.widthOf(glyph)
    }
    return { glyphs, width }
  }
  const widthOf = (text: string, { size, weight = 'regular' }: TextStyle): number => {
    let width = 0
    for (const letter of text) width += fonts[weight].widthOf(fonts[weight].glyphOf(letter.codePointAt(0)!))
    return (width * size) / 1000
  }
  return {
    width: WIDTH,
    height: HEIGHT,
    addPage() {
      page = pages.push([]) - 1
    },
    pageCount: () => pages.length,
    onPage: (wanted) => void (page = wanted),
    text(text, x, y, style) {
      if (text === '') return
      const { size, weight = 'regular', colour = INK, align } = style
      const { glyphs, width } = shape(text, weight)
      const drawn = (width * size) / 1000
      const left = align === 'right' ? x - drawn : align === 'middle' ? x - drawn / 2 : x
      const begin = structure.isOpen() ? `/Span << /MCID ${structure.mark(page)} >> BDC` : '/Artifact BMC'
      put(
        `${begin} BT /${names[weight]} ${rounded(size)} Tf ${colourOf(colour)} ${rounded(left)}` +
          ` ${rounded(HEIGHT - y)} Td <${glyphs}> Tj ET EMC`,
      )
    },
    widthOf,
    box(x, y, width, height, colour) {
      const place = [x, HEIGHT - y - height, width, height].map(rounded).join(' ')
      put(`/Artifact BMC ${colourOf(colour)} ${place} re f EMC`)
    },
    element(kind, act) {
      structure.open(kind)
      act()
      structure.close()
    },
    open: (kind) => structure.open(kind),
    close: () => structure.close(),
    finish: () => finishDocument(file, structure, pages, used, options),
  }
}

type Used = Readonly<Record<Weight, ReadonlyMap<number, number>>>

/** Writes fonts, pages, structure and what the document is about. */
function finishDocument(
  file: PdfFile,
  structure: Structure,
  pages: readonly (readonly string[])[],
  used: Used,
  { fonts, title, author, language, createdAt }: DocumentOptions,
): Buffer {
  const [tree, root, info] = [file.reserve(), file.reserve(), file.reserve()]
  const fontNumbers = { regular: file.reserve(), bold: file.reserve() }
  for (const weight of ['regular', 'bold'] as const) {
    writeFont(file, fontNumbers[weight], fonts[weight], used[weight])
  }
  const resources = file.add(
    `<< /Font << /F1 ${fontNumbers.regular} 0 R /F2 ${fontNumbers.bold} 0 R >> /ProcSet [/PDF /Text] >>`,
  )
  const numbers = pages.map((operators, at) => {
    const content = file.stream(Buffer.from(operators.join('\n'), 'latin1'))
    return file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources ${resources} 0 R` +
        ` /Contents ${content} 0 R /StructParents ${at} /Tabs /S >>`,
    )
  })
  const kids = numbers.map((one) => `${one} 0 R`).join(' ')
  file.set(tree, `<< /Type /Pages /Count ${numbers.length} /Kids [${kids}] >>`)
  const structureRoot = structure.write(numbers)
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /MarkInfo << /Marked true >> /StructTreeRoot ${structureRoot} 0 R` +
      ` /Lang (${language}) /ViewerPreferences << /DisplayDocTitle true >> >>`,
  )
  const date = isoInstant(createdAt).replace(/[-:T]/g, '').slice(0, 14)
  file.set(
    info,
    `<< /Title ${textString(title)} /Author ${textString(author)} /Producer (Dialhouse)` +
      ` /CreationDate (D:${date}Z) >>`,
  )
  return file.finish(root, info)
}
