/** The text of a deck's file, whether it is CSV or a workbook; wrong encodings are named. */

import { ok, type Result } from '../../base/index.ts'
import { deckInvalid, type DeckInvalid } from './errors.ts'
import { isWorkbook, readXlsx } from './read-xlsx.ts'

/** Reads a file; fails with a fault on line 1 when it is neither. */
export async function deckText(file: Buffer): Promise<Result<string, DeckInvalid>> {
  if (isWorkbook(file)) {
    const text = await readXlsx(file)
    return text.ok ? text : deckInvalid([{ line: 1, message: text.failure.message }])
  }
  const isWide = file.length > 1 && (file.readUInt16LE(0) === 0xfeff || file.readUInt16LE(0) === 0xfffe)
  if (isWide) return deckInvalid([{ line: 1, message: 'the file is UTF-16; save it as CSV in UTF-8' }])
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(file))
  } catch {
    const message = 'is not UTF-8 (a German or French letter of an older code page?); save the file as CSV in UTF-8'
    return deckInvalid([{ line: lineOfFault(file), message }])
  }
}

/** The first line that is not UTF-8. */
function lineOfFault(file: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  for (let at = 0; at < file.length; line++) {
    const end = file.indexOf(10, at)
    const bytes = file.subarray(at, end < 0 ? file.length : end)
    try {
      decoder.decode(bytes)
    } catch {
      return line
    }
    at = end < 0 ? file.length : end + 1
  }
  return 1
}
