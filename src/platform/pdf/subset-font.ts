/** A font with the outlines of some glyphs only: glyphs keep their numbers, those that are not used are empty. */

import type { Font } from './read-font.ts'

/** Tables that a PDF needs of an embedded font; the rest stays at home. */
const kept = ['head', 'hhea', 'hmtx', 'maxp', 'cvt ', 'fpgm', 'prep'] as const
const WORDS_FOLLOW = 0x0020
const ARE_WORDS = 0x0001
const HAS_SCALE = 0x0008
const HAS_XY_SCALE = 0x0040
const HAS_TWO_BY_TWO = 0x0080

/** The bytes of the smaller font. */
export function subsetFont(font: Font, used: ReadonlySet<number>): Buffer {
  const glyf = font.tables.get('glyf')!
  const wanted = withParts(font, glyf, used)
  const outlines: Buffer[] = []
  const loca = Buffer.alloc((font.glyphCount + 1) * 4)
  let length = 0
  for (let glyph = 0; glyph < font.glyphCount; glyph++) {
    loca.writeUInt32BE(length, glyph * 4)
    if (!wanted.has(glyph)) continue
    const outline = glyf.subarray(font.offsets[glyph], font.offsets[glyph + 1])
    const padding = (4 - (outline.length % 4)) % 4
    outlines.push(outline, Buffer.alloc(padding))
    length += outline.length + padding
  }
  loca.writeUInt32BE(length, font.glyphCount * 4)
  const head = Buffer.from(font.tables.get('head')!)
  head.writeInt16BE(1, 50)
  const tables = new Map<string, Buffer>()
  for (const tag of kept) {
    const table = tag === 'head' ? head : font.tables.get(tag)
    if (table) tables.set(tag, table)
  }
  tables.set('loca', loca)
  tables.set('glyf', Buffer.concat(outlines))
  return fileOf(tables)
}

/** Composed glyphs draw others: those are needed too. */
function withParts(font: Font, glyf: Buffer, used: ReadonlySet<number>): ReadonlySet<number> {
  const wanted = new Set([0, ...used])
  for (const glyph of wanted) {
    const outline = glyf.subarray(font.offsets[glyph], font.offsets[glyph + 1])
    if (outline.length < 10 || outline.readInt16BE(0) >= 0) continue
    let at = 10
    let flags = WORDS_FOLLOW
    while (flags & WORDS_FOLLOW) {
      flags = outline.readUInt16BE(at)
      wanted.add(outline.readUInt16BE(at + 2))
      at += 4 + (flags & ARE_WORDS ? 4 : 2)
      if (flags & HAS_SCALE) at += 2
      else if (flags & HAS_XY_SCALE) at += 4
      else if (flags & HAS_TWO_BY_TWO) at += 8
    }
  }
  return wanted
}

function checksum(table: Buffer): number {
  let sum = 0
  for (let at = 0; at < table.length; at += 4) {
    const word = at + 4 <= table.length ? table.readUInt32BE(at) : lastWord(table, at)
    sum = (sum + word) >>> 0
  }
  return sum
}

function lastWord(table: Buffer, at: number): number {
  return Buffer.concat([table.subarray(at), Buffer.alloc(4)]).readUInt32BE(0)
}

function fileOf(tables: ReadonlyMap<string, Buffer>): Buffer {
  const tags = [...tables.keys()].toSorted()
  const power = 2 ** Math.floor(Math.log2(tags.length))
  const header = Buffer.alloc(12 + tags.length * 16)
  header.writeUInt32BE(0x00010000, 0)
  header.writeUInt16BE(tags.length, 4)
  header.writeUInt16BE(power * 16, 6)
  header.writeUInt16BE(Math.log2(power), 8)
  header.writeUInt16BE(tags.length * 16 - power * 16, 10)
  const parts: Buffer[] = [header]
  let offset = header.length
  for (const [at, tag] of tags.entries()) {
    const table = tables.get(tag)!
    const entry = 12 + at * 16
    header.write(tag, entry, 'latin1')
    header.writeUInt32BE(checksum(table), entry + 4)
    header.writeUInt32BE(offset, entry + 8)
    header.writeUInt32BE(table.length, entry + 12)
    const padding = (4 - (table.length % 4)) % 4
    parts.push(table, Buffer.alloc(padding))
    offset += table.length + padding
  }
  return Buffer.concat(parts)
}
