/** A font in a document: its subset, widths, and what its glyphs mean (ISO 32000-1 §9.7). */

import type { Font } from './read-font.ts'
import { subsetFont } from './subset-font.ts'
import type { PdfFile } from './write-file.ts'

/** Writes a font with the glyphs that were used, each with its character; the number of the font's object. */
export function writeFont(file: PdfFile, number: number, font: Font, used: ReadonlyMap<number, number>): void {
  const glyphs = [...used.keys()].toSorted((a, b) => a - b)
  const bytes = subsetFont(font, new Set(glyphs))
  const program = file.stream(bytes, `/Length1 ${bytes.length}`)
  const name = `/DIALHS+${font.name}`
  const descriptor = file.add(
    `<< /Type /FontDescriptor /FontName ${name} /Flags 32 /FontBBox [${font.box.join(' ')}] /ItalicAngle 0` +
      ` /Ascent ${font.ascent} /Descent ${font.descent} /CapHeight ${font.capHeight} /StemV 80` +
      ` /FontFile2 ${program} 0 R >>`,
  )
  const widths = glyphs.map((glyph) => `${glyph} [${font.widthOf(glyph)}]`).join(' ')
  const descendant = file.add(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont ${name} /CIDToGIDMap /Identity /DW 600` +
      ` /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>` +
      ` /FontDescriptor ${descriptor} 0 R /W [${widths}] >>`,
  )
  const meaning = file.stream(Buffer.from(meaningOf(glyphs, used), 'latin1'))
  file.set(
    number,
    `<< /Type /Font /Subtype /Type0 /BaseFont ${name} /Encoding /Identity-H` +
      ` /DescendantFonts [${descendant} 0 R] /ToUnicode ${meaning} 0 R >>`,
  )
}

const MAPPINGS_MAX = 100
const hex = (value: number): string => value.toString(16).padStart(4, '0')

function meaningOf(glyphs: readonly number[], used: ReadonlyMap<number, number>): string {
  const blocks: string[] = []
  for (let from = 0; from < glyphs.length; from += MAPPINGS_MAX) {
    const group = glyphs.slice(from, from + MAPPINGS_MAX)
    const lines = group.map((glyph) => `<${hex(glyph)}> <${hex(used.get(glyph)!)}>`)
    blocks.push(`${group.length} beginbfchar\n${lines.join('\n')}\nendbfchar`)
  }
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <0000> <ffff> endcodespacerange',
    ...blocks,
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n')
}
