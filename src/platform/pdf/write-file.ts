/** The file around a document's objects (ISO 32000-1 §7.5): object streams and a cross-reference stream, compressed. */

import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { assert } from '../../base/index.ts'

export type PdfFile = {
  /** Takes the number of an object whose content comes later. */
  reserve(): number
  /** An object: a dictionary, an array, anything but a stream. */
  set(number: number, text: string): void
  add(text: string): number
  /** A compressed stream; `entries` are further entries of its dictionary. */
  stream(bytes: Buffer, entries?: string): number
  finish(rootNumber: number, infoNumber: number): Buffer
}

const GROUP = 200
const LEVEL = 6

type Place = { readonly kind: 1; readonly offset: number } | { readonly kind: 2; readonly holder: number; at: number }

/** Begins with an empty file. */
export function createPdfFile(): PdfFile {
  const texts = new Map<number, string>()
  const streams = new Map<number, Buffer>()
  let latest = 0
  const reserve = (): number => ++latest
  const set = (number: number, text: string): void => {
    assert(!texts.has(number), 'an object is written once')
    texts.set(number, text)
  }
  const stream = (bytes: Buffer, entries = ''): number => {
    const number = reserve()
    streams.set(number, streamOf(bytes, entries))
    return number
  }
  return {
    reserve,
    set,
    add(text) {
      const number = reserve()
      set(number, text)
      return number
    },
    stream,
    finish(rootNumber, infoNumber) {
      const places = new Map<number, Place>()
      const all = [...texts]
      for (let from = 0; from < all.length; from += GROUP) {
        const group = all.slice(from, from + GROUP)
        const holder = reserve()
        streams.set(holder, groupOf(group.map(([number, text]) => [number, text])))
        for (const [at, [number]] of group.entries()) places.set(number, { kind: 2, holder, at })
      }
      const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')]
      let offset = parts[0]!.length
      for (const [number, body] of streams) {
        const text = Buffer.concat([Buffer.from(`${number} 0 obj\n`), body, Buffer.from('\nendobj\n')])
        places.set(number, { kind: 1, offset })
        parts.push(text)
        offset += text.length
      }
      const hash = createHash('sha256')
      for (const part of parts) hash.update(part)
      const id = hash.digest('hex').slice(0, 32)
      const own = reserve()
      places.set(own, { kind: 1, offset })
      const table = crossReferences(places, latest)
      const entries =
        `/Type /XRef /Size ${latest + 1} /W [1 4 2] /Root ${rootNumber} 0 R /Info ${infoNumber} 0 R` +
        ` /ID [<${id}> <${id}>]`
      parts.push(Buffer.from(`${own} 0 obj\n`), streamOf(table, entries))
      parts.push(Buffer.from(`\nendobj\nstartxref\n${offset}\n%%EOF\n`))
      return Buffer.concat(parts)
    },
  }
}

function streamOf(bytes: Buffer, entries: string): Buffer {
  const packed = deflateSync(bytes, { level: LEVEL })
  const head = `<< ${entries} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), packed, Buffer.from('\nendstream')])
}

function groupOf(objects: readonly (readonly [number: number, text: string])[]): Buffer {
  let offset = 0
  const index = objects.map(([number, text]) => {
    const entry = `${number} ${offset}`
    offset += Buffer.byteLength(text, 'latin1') + 1
    return entry
  })
  const head = `${index.join(' ')} `
  const body = Buffer.from(`${head}${objects.map(([, text]) => text).join('\n')}\n`, 'latin1')
  return streamOf(body, `/Type /ObjStm /N ${objects.length} /First ${head.length}`)
}

function crossReferences(places: ReadonlyMap<number, Place>, latest: number): Buffer {
  const table = Buffer.alloc((latest + 1) * 7)
  table.writeUInt16BE(65_535, 5)
  for (const [number, place] of places) {
    const at = number * 7
    table.writeUInt8(place.kind, at)
    table.writeUInt32BE(place.kind === 1 ? place.offset : place.holder, at + 1)
    table.writeUInt16BE(place.kind === 1 ? 0 : place.at, at + 5)
  }
  return table
}
