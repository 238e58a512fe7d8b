/** Reads what a document needs of a TrueType file: which glyph a character has, how wide it is, where it lies. */

import { assert } from '../../base/index.ts'

export type Font = {
  readonly name: string
  readonly bytes: Buffer
  readonly tables: ReadonlyMap<string, Buffer>
  readonly glyphCount: number
  /** Offsets of the glyphs in `glyf`, one more than there are. */
  readonly offsets: readonly number[]
  /** In thousandths of the letter size. */
  readonly ascent: number
  readonly descent: number
  readonly capHeight: number
  readonly box: readonly [number, number, number, number]
  glyphOf(codePoint: number): number
  widthOf(glyph: number): number
}

/** Reads a font; asserts that it is one that can be embedded (TrueType outlines, a Unicode map). */
export function readFont(name: string, bytes: Buffer): Font {
  const tables = readTables(bytes)
  const table = (tag: string): Buffer => {
    const found = tables.get(tag)
    assert(found !== undefined, `the font ${name} has no table ${tag}`)
    return found
  }
  const head = table('head')
  const unitsPerEm = head.readUInt16BE(18)
  const scale = (value: number): number => Math.round((value * 1000) / unitsPerEm)
  const hhea = table('hhea')
  const glyphCount = table('maxp').readUInt16BE(4)
  const widths = readWidths(table('hmtx'), hhea.readUInt16BE(34), glyphCount)
  const map = readMap(table('cmap'))
  const os2 = tables.get('OS/2')
  const capHeight = os2 && os2.readUInt16BE(0) >= 2 ? os2.readInt16BE(88) : hhea.readInt16BE(4)
  return {
    name,
    bytes,
    tables,
    glyphCount,
    offsets: readOffsets(table('loca'), head.readInt16BE(50) === 1, glyphCount),
    ascent: scale(hhea.readInt16BE(4)),
    descent: scale(hhea.readInt16BE(6)),
    capHeight: scale(capHeight),
    box: [
      scale(head.readInt16BE(36)),
      scale(head.readInt16BE(38)),
      scale(head.readInt16BE(40)),
      scale(head.readInt16BE(42)),
    ],
    glyphOf: (codePoint) => map.get(codePoint) ?? 0,
    widthOf: (glyph) => scale(widths[glyph] ?? 0),
  }
}

function readTables(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const count = bytes.readUInt16BE(4)
  const tables = new Map<string, Buffer>()
  for (let at = 0; at < count; at++) {
    const entry = 12 + at * 16
    const offset = bytes.readUInt32BE(entry + 8)
    const tag = bytes.toString('latin1', entry, entry + 4)
    tables.set(tag, bytes.subarray(offset, offset + bytes.readUInt32BE(entry + 12)))
  }
  return tables
}

/** The last width holds for all glyphs that have none of their own. */
function readWidths(hmtx: Buffer, measured: number, glyphCount: number): readonly number[] {
  return Array.from({ length: glyphCount }, (_, glyph) => hmtx.readUInt16BE(Math.min(glyph, measured - 1) * 4))
}

function readOffsets(loca: Buffer, isLong: boolean, glyphCount: number): readonly number[] {
  return Array.from({ length: glyphCount + 1 }, (_, at) =>
    isLong ? loca.readUInt32BE(at * 4) : loca.readUInt16BE(at * 2) * 2,
  )
}

/** Format 4 of the Windows Unicode map: ranges of the basic plane. */
function readMap(cmap: Buffer): ReadonlyMap<number, number> {
  const count = cmap.readUInt16BE(2)
  for (let at = 0; at < count; at++) {
    const entry = 4 + at * 8
    const offset = cmap.readUInt32BE(entry + 4)
    const isUnicode = cmap.readUInt16BE(entry) === 3 && cmap.readUInt16BE(entry + 2) === 1
    if (isUnicode && cmap.readUInt16BE(offset) === 4) return readRanges(cmap, offset)
  }
  throw new Error('the font has no Unicode map')
}

function readRanges(cmap: Buffer, offset: number): ReadonlyMap<number, number> {
  const map = new Map<number, number>()
  const doubled = cmap.readUInt16BE(offset + 6)
  const ends = offset + 14
  const starts = ends + doubled + 2
  const deltas = starts + doubled
  const ranges = deltas + doubled
  for (let at = 0; at < doubled; at += 2) {
    const [start, end] = [cmap.readUInt16BE(starts + at), cmap.readUInt16BE(ends + at)]
    const [delta, range] = [cmap.readUInt16BE(deltas + at), cmap.readUInt16BE(ranges + at)]
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const listed = range === 0 ? code : cmap.readUInt16BE(ranges + at + range + (code - start) * 2)
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff
      if (glyph !== 0) map.set(code, glyph)
    }
  }
  return map
}
