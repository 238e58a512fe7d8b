/** The parts of a ZIP archive (APPNOTE 6.3), read within limits: what unpacks to more than allowed is refused. */

import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { fail, ok, type Result } from '../../base/index.ts'

const inflate = promisify(inflateRaw)

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const END_LENGTH = 22
const COMMENT_MAX = 65_535
const ENTRIES_MAX = 2000

export type ZipLimits = { readonly bytesMax: number }

type Entry = { readonly offset: number; readonly packed: number; readonly size: number; readonly method: number }

export type Zip = {
  /** A part as text; fails when there is none of this name, or it does not unpack as it says. */
  text(name: string): Promise<Result<string>>
}

const bad = (message: string) => fail('catalog.bad_zip', message)

/** Reads the directory of an archive; parts are unpacked when they are asked for. */
export function openZip(file: Buffer, { bytesMax }: ZipLimits): Result<Zip> {
  const entries = readDirectory(file)
  if (!entries.ok) return entries
  let left = bytesMax
  return ok({
    async text(name) {
      const entry = entries.value.get(name)
      if (!entry) return bad(`the file has no part ${name}`)
      if (entry.size > left) return bad(`the file unpacks to more than ${bytesMax} bytes`)
      left -= entry.size
      const unpacked = await unpack(file, entry)
      if (!unpacked) return bad(`the part ${name} is damaged`)
      try {
        return ok(new TextDecoder('utf-8', { fatal: true }).decode(unpacked))
      } catch {
        return bad(`the part ${name} is not UTF-8`)
      }
    },
  })
}

function readDirectory(file: Buffer): Result<ReadonlyMap<string, Entry>> {
  let end = file.length - END_LENGTH
  const least = Math.max(0, end - COMMENT_MAX)
  while (end >= least && file.readUInt32LE(end) !== END_SIGNATURE) end--
  if (end < least) return bad('the file is no ZIP archive')
  const count = file.readUInt16LE(end + 10)
  if (count > ENTRIES_MAX) return bad(`the file has more than ${ENTRIES_MAX} parts`)
  const entries = new Map<string, Entry>()
  let at = file.readUInt32LE(end + 16)
  for (let index = 0; index < count; index++) {
    if (at + 46 > file.length || file.readUInt32LE(at) !== ENTRY_SIGNATURE) return bad('its directory is damaged')
    const isEncrypted = (file.readUInt16LE(at + 8) & 1) === 1
    if (isEncrypted) return bad('the file is protected by a password')
    const nameLength = file.readUInt16LE(at + 28)
    const name = file.toString('utf8', at + 46, at + 46 + nameLength)
    entries.set(name, {
      method: file.readUInt16LE(at + 10),
      packed: file.readUInt32LE(at + 20),
      size: file.readUInt32LE(at + 24),
      offset: file.readUInt32LE(at + 42),
    })
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  }
  return ok(entries)
}

/** The bytes of a part, exactly as many as its entry says; undefined when it lies. */
async function unpack(file: Buffer, { offset, packed, size, method }: Entry): Promise<Buffer | undefined> {
  if (offset + 30 > file.length) return undefined
  const begin = offset + 30 + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28)
  const bytes = file.subarray(begin, begin + packed)
  if (bytes.length !== packed) return undefined
  if (method === 0) return packed === size ? bytes : undefined
  if (method !== 8) return undefined
  try {
    // One byte more than promised is an error of the unpacking itself: a bomb fills no memory.
    const unpacked = await inflate(bytes, { maxOutputLength: Math.max(1, size) })
    return unpacked.length === size ? unpacked : undefined
  } catch {
    return undefined
  }
}
