/** The mail server of the support desk: takes mail for the brands' support addresses, and for nobody else. */

import { createHash } from 'node:crypto'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import { fail, messageOf, ok, type Endpoint, type Failure, type Log, type Result } from '../../../base/index.ts'
import { readMessage, type ReadMessage } from './read-message.ts'

/** "20 MB" and what its encoding adds. */
const BYTES_MAX = 30 * 1024 * 1024
const CLIENTS_MAX = 20
const RECIPIENTS_MAX = 20

export type Received = {
  readonly mailbox: string
  readonly raw: Buffer
  readonly message: ReadMessage | undefined
  /** Names a mail that nothing can be made of. */
  readonly fallbackId: string
}

export type SmtpReceiverParts = {
  readonly listen: Endpoint
  readonly log: Log
  /** Whether an address is one of ours. */
  readonly isOurs: (address: string) => boolean
  /** Keeps a mail; what it throws makes the sender try again. */
  readonly take: (mail: Received) => Promise<void>
}

export type SmtpReceiver = { readonly port: number; close(): Promise<void> }

/** Listens; port 0 takes a free one. */
export async function receiveSmtp(
  parts: SmtpReceiverParts,
): Promise<Result<SmtpReceiver, Failure<'support.mail_port_taken'>>> {
  const { listen, log, isOurs, take } = parts
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: BYTES_MAX,
    maxClients: CLIENTS_MAX,
    onRcptTo({ address }, session, done) {
      if (!isOurs(address)) return done(refusal(550, 'no such mailbox here'))
      return done(session.envelope.rcptTo.length >= RECIPIENTS_MAX ? refusal(452, 'too many recipients') : null)
    },
    onData(stream, session, done) {
      const boxes = session.envelope.rcptTo.map(({ address }) => address.toLowerCase())
      takeAll(stream, [...new Set(boxes)], take).then(
        (isWhole) => done(isWhole ? null : refusal(552, 'the message is larger than 20 MB')),
        (error: unknown) => {
          log.error('a mail to support could not be kept', { error })
          done(refusal(451, 'try again later'))
        },
      )
    },
  })
  server.on('error', (error) => log.warn('a mail client failed', { error }))
  try {
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject)
      server.listen(listen.port, listen.host, resolve)
    })
  } catch (thrown) {
    return fail('support.mail_port_taken', `mail cannot be received on port ${listen.port}: ${messageOf(thrown)}`)
  }
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : listen.port
  return ok({ port, close: () => new Promise<void>((resolve) => server.close(() => resolve())) })
}

async function takeAll(
  stream: SMTPServerDataStream,
  mailboxes: readonly string[],
  take: SmtpReceiverParts['take'],
): Promise<boolean> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // What is too large is read to its end and not kept.
    if (bytes <= BYTES_MAX) chunks.push(chunk)
  }
  if (bytes > BYTES_MAX) return false
  const raw = Buffer.concat(chunks)
  const message = readMessage(raw)
  const fallbackId = createHash('sha256').update(raw).digest('hex')
  for (const mailbox of mailboxes) await take({ mailbox, raw, message, fallbackId })
  return true
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
