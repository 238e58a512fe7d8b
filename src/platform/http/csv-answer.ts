/** Tables as streamed CSV (RFC 4180): rows are written as they are read, so that a year of calls needs no memory. */

import { csvLine } from '../../base/index.ts'

/** Rows for a download, the first with the column names. Pulled only as fast as the client reads. */
export type CsvAnswer = {
  readonly fileName: string
  readonly rows: AsyncIterable<readonly string[]>
  /** Names of the columns that a spreadsheet may compute with; all others are texts there. */
  readonly numbers?: readonly string[]
}

/** Marks an operation that answers `text/csv`; `answer` exists in types only. */
export type CsvOutput = { readonly kind: 'csv'; readonly summary: string; readonly answer: CsvAnswer }

/** The output of an operation that answers a CSV file; `summary` names its columns for the API's reader. */
export function csv(summary: string): CsvOutput {
  return { kind: 'csv', summary } as CsvOutput
}

const CHUNK_CHARACTERS = 32_768

/** The bytes of a table in chunks of about 32 KiB; reading ends when the client goes away. */
export function csvBytes(rows: AsyncIterable<readonly string[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const source = rows[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let text = ''
        while (text.length < CHUNK_CHARACTERS) {
          const next = await source.next()
          if (next.done) {
            if (text) controller.enqueue(encoder.encode(text))
            controller.close()
            return
          }
          text += csvLine(next.value)
        }
        controller.enqueue(encoder.encode(text))
      },
      async cancel() {
        await source.return?.()
      },
    },
    { highWaterMark: 1 },
  )
}

/** A file name that is safe in a Content-Disposition header. */
export function safeFileName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100)
  return plain || 'download'
}
