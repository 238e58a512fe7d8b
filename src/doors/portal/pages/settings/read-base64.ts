/** A file of the reader's computer, on its way to the API. */

/** Base64 of a file, which the browser writes behind the comma of a data address. */
export function readBase64(file: File): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const reader = new FileReader()
  reader.addEventListener('load', () => {
    resolve(typeof reader.result === 'string' ? reader.result.slice(reader.result.indexOf(',') + 1) : '')
  })
  reader.addEventListener('error', () => reject(new Error('the file could not be read')))
  reader.readAsDataURL(file)
  return promise
}
