/** Where the audio of mailboxes lies: `office` puts it there, `media` plays it, the portal gives it out. */

import { join } from 'node:path'

/** One WAVE file for each message, under its id. */
export function messageFolder(dataFolder: string): string {
  return join(dataFolder, 'messages')
}

/** Messages that `signal` has told of and `office` has not taken yet: one JSON file each. */
export function leftFolder(dataFolder: string): string {
  return join(dataFolder, 'signal', 'messages')
}
