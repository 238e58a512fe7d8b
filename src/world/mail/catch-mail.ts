/** The mail server of the outside: takes every mail, delivers none, keeps the latest in memory to be looked at. */

import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import { fail, isoInstant, messageOf, ok, type Clock, type Failure, type Log, type Result } from '../../base/index.ts'
import { readMail, type ReadMail } from './read-mail.ts'

export type CaughtMail = ReadMail & {
  readonly number: number
  readonly at: string
  readonly recipients: readonly string[]
}

export type MailCatcher = {
  readonly port: number
  /** The newest first. */
  mails(): readonly CaughtMail[]
  find(number: number): CaughtMail | undefined
  close(): Promise<void>
}

export type CatcherFailure = Failure<'world.smtp_unavailable'>

const MAILS_MAX = 200
const BYTES_MAX = 256 * 1024
const CLIENTS_MAX = 20

/** Listens on loopback; port 0 takes a free one. */
export async function catchMail(options: {
  readonly port: number
  readonly clock: Clock
  readonly log: Log
}): Promise<Result<MailCatcher, CatcherFailure>> {
  const { clock, log } = options
  const mails: CaughtMail[] = []
  let count = 0
  const keep = (raw: string, recipients: readonly string[]): void => {
    mails.unshift({ ...readMail(raw), number: ++count, at: isoInstant(clock.now()), recipients })
    mails.length = Math.min(mails.length, MAILS_MAX)
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: BYTES_MAX,
    maxClients: CLIENTS_MAX,
    onData(stream, session, done) {
      void readBounded(stream).then((raw) => {
        if (raw === undefined) return done(tooLarge())
        keep(raw, session.envelope.rcptTo.map(({ address }) => address).slice(0, 20))
        return done()
      })
    },
  })
  server.on('error', (error) => log.warn('a mail client of the world failed', { error }))
  try {
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject)
      server.listen(options.port, '127.0.0.1', resolve)
    })
  } catch (thrown) {
    return fail('world.smtp_unavailable', `the mail server of the demo cannot listen: ${messageOf(thrown)}`)
  }
  return ok({
    port: (server.server.address() as { port: number }).port,
    mails: () => [...mails],
    find: (number) => mails.find((mail) => mail.number === number),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  })
}

function tooLarge(): Error {
  return Object.assign(new Error(`a mail of the demo has at most ${BYTES_MAX / 1024} kB`), { responseCode: 552 })
}

/** One character a byte; undefined when it was too long or broke off. The rest of a long one is read and dropped. */
async function readBounded(stream: SMTPServerDataStream): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Buffer
      size += bytes.length
      if (size <= BYTES_MAX) chunks.push(bytes)
    }
  } catch {
    return undefined
  }
  return size <= BYTES_MAX ? Buffer.concat(chunks).toString('latin1') : undefined
}
