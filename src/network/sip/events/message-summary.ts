/** Whether messages wait, as `application/simple-message-summary` (RFC 3842 §5). */

import type { EventPackage } from './notifier.ts'

export type MessageCounts = { readonly fresh: number; readonly old: number }

export type MessageSource = {
  /** The URI that reaches the mailbox. */
  accountOf(resource: string): string
  countsOf(resource: string): MessageCounts
}

/** The package `message-summary`. */
export function messagePackage({ accountOf, countsOf }: MessageSource): EventPackage {
  return {
    contentType: 'application/simple-message-summary',
    tell(resource, memory, isFull) {
      const { fresh, old } = countsOf(resource)
      const counts = `${fresh}/${old}`
      if (!isFull && memory === counts) return undefined
      const waiting = fresh > 0 ? 'yes' : 'no'
      const account = accountOf(resource)
      return {
        body: `Messages-Waiting: ${waiting}\r\nMessage-Account: ${account}\r\nVoice-Message: ${counts} (0/0)\r\n`,
        memory: counts,
      }
    },
  }
}
