/** Where the SIP messages of an installation are kept. */

import { join } from 'node:path'

/** The folder that `signal` writes, and that office and the command line read. */
export function traceFolder(dataFolder: string): string {
  return join(dataFolder, 'signal', 'trace')
}
