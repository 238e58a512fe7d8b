/** A file that is not a table: a capture, a document. Made as a whole, given as a download. */

import { safeFileName } from './csv-answer.ts'

export type FileAnswer = { readonly fileName: string; readonly bytes: Uint8Array }

/** Marks an operation that answers a file of a media type; `answer` exists in types only. */
export type FileOutput = {
  readonly kind: 'file'
  readonly mediaType: string
  readonly summary: string
  readonly answer: FileAnswer
}

/** The output of an operation that answers a file; `summary` tells the API's reader what is in it. */
export function file(mediaType: string, summary: string): FileOutput {
  return { kind: 'file', mediaType, summary } as FileOutput
}

/** The download. */
export function fileResponse({ mediaType }: FileOutput, { fileName, bytes }: FileAnswer): Response {
  return new Response(Buffer.from(bytes), {
    headers: {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="${safeFileName(fileName)}"`,
    },
  })
}
