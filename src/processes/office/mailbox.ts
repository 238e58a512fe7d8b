/** Where mail leaves the house, if anywhere. */

import { openMailServer, type MailSender, type MailServer } from '../../platform/mail/index.ts'

export type Mailbox = { readonly sender: MailSender | undefined; close(): void }

/** A sender to the configured server; without one mail waits in the outbox until there is. */
export function openMailbox(server: MailServer | undefined): Mailbox {
  const sender = server && openMailServer(server)
  return { sender, close: () => sender?.close() }
}
