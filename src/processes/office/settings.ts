/** What office is told by the supervisor beside the product's configuration. */

import { ok, parseEndpoint, type Endpoint, type Result } from '../../base/index.ts'
import { parseMailUrl, type MailServer } from '../../platform/mail/index.ts'

export type OfficeSettings = {
  /** Where mail is handed to; without one it waits in the outbox. */
  readonly mailServer: MailServer | undefined
  /** Where mail to the support addresses is received, if anywhere. */
  readonly mailIn?: Endpoint | undefined
  /** The processes of this installation beside office. */
  readonly peers: readonly string[]
  /** The simulated outside world is there: one-time sign-in links work. */
  readonly isDemo: boolean
  /** A request waits so long for a database that is away, then says so. */
  readonly patienceMs: number
}

const PATIENCE_MS = 3000

/** Reads DIALHOUSE_SMTP, DIALHOUSE_MAIL_IN and DIALHOUSE_MODE; `mediaProcesses` is how many this installation has. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  mediaProcesses: number,
): Result<OfficeSettings> {
  const mail = environment['DIALHOUSE_SMTP']
  const server = mail ? parseMailUrl(mail) : undefined
  if (server && !server.ok) return server
  const received = environment['DIALHOUSE_MAIL_IN']
  const mailIn = received ? parseEndpoint(received) : undefined
  if (mailIn && !mailIn.ok) return mailIn
  const isDemo = environment['DIALHOUSE_MODE'] === 'demo'
  const mediaNames = Array.from({ length: mediaProcesses }, (_, at) => `media-${at + 1}`)
  const peers = ['charge', 'signal', ...mediaNames, ...(isDemo ? ['world'] : [])]
  return ok({ mailServer: server?.value, mailIn: mailIn?.value, peers, isDemo, patienceMs: PATIENCE_MS })
}
