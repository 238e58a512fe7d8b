/**
 * Messages of mailboxes: takes those that `signal` left in its folder into the database and the audio into ours, and
 * answers what callers of a mailbox want to know. A message is taken once, whatever stops in between.
 */

import { mkdirSync } from 'node:fs'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Log } from '../../base/index.ts'
import { hearMessage } from '../../company/support/index.ts'
import { countMessages, keepMessage, listMessages, markMessage } from '../../company/numbers/index.ts'
import {
  askMailbox,
  mailboxChanged,
  mailboxCounts,
  messageLeft,
  type Question,
  type Reply,
} from '../../company/switch/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { leftFolder, messageFolder } from '../message-folder.ts'
import type { LeftMessage } from '../signal/services.ts'

/** Looked at without being told: `signal` may have told nobody. */
const LOOK_MS = 5000
/** What one caller is played at most. */
const MESSAGES_MAX = 50

export type MailboxParts = {
  readonly db: Db
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly dataFolder: string
}

export type Mailboxes = {
  /** The audio of a message; undefined when the file is gone. */
  read(messageId: string): Promise<Uint8Array | undefined>
  /** Tells the lamps how many messages wait. */
  changed(extensionId: string): void
  close(): Promise<void>
}

/** Keeps the mailboxes until it is closed. */
export function openMailboxes({ db, bus, clock, log, dataFolder }: MailboxParts): Mailboxes {
  const left = leftFolder(dataFolder)
  const folder = messageFolder(dataFolder)
  for (const path of [left, folder]) mkdirSync(path, { recursive: true, mode: 0o700 })
  const audioOf = (id: string): string => join(folder, `${id}.wav`)

  const tell = async (extensionId: string): Promise<void> => {
    const [count] = await db.asService((tx) => countMessages(tx, extensionId))
    bus.publish(mailboxChanged, count ?? { extensionId, fresh: 0, old: 0 })
  }

  const take = async (name: string): Promise<void> => {
    const path = join(left, name)
    const message = JSON.parse(await readFile(path, 'utf8')) as LeftMessage
    // The audio first: a message that is listed can be heard.
    await rename(message.path, audioOf(message.id)).catch(ignoreMissing)
    const tenantId = await db.asService(async (tx) => {
      const kept = await keepMessage(tx, message)
      const { id: messageId, extensionId, fromNumber, fromName, leftAt } = message
      const heard = { messageId, extensionId, callerNumber: fromNumber, callerName: fromName, heardAt: leftAt }
      // The mailbox of the emergency line alerts whoever is on call.
      if (kept !== undefined) await hearMessage(tx, clock, heard)
      return kept
    })
    await rm(path)
    if (tenantId === undefined) return rm(audioOf(message.id), { force: true })
    await tell(message.extensionId)
  }

  const takeAll = async (): Promise<void> => {
    for (const name of await readdir(left)) if (name.endsWith('.json')) await take(name)
  }
  let turn: Promise<void> = Promise.resolve()
  const look = (): void => {
    turn = turn.then(takeAll).catch((error: unknown) => log.warn('messages were not taken yet', { error }))
  }
  const looking = clock.every(LOOK_MS, look)
  bus.subscribe('signal', messageLeft, look)
  bus.serve(mailboxCounts, () => db.asService((tx) => countMessages(tx)))
  bus.serve(askMailbox, (question) => answer(question))

  const answer = async (question: Question): Promise<Reply> => {
    const { extensionId } = question
    if (question.kind === 'messages') {
      const page = { after: undefined, limit: MESSAGES_MAX }
      const rows = await db.asService((tx) => listMessages(tx, { extensionId }, page))
      const messages = rows.map(({ id, heardAt }) => ({ id, audio: `message/${id}`, isNew: heardAt === null }))
      return { kind: 'messages', messages }
    }
    const at = clock.now()
    const change = question.kind === 'heard' ? { heardAt: at } : { deletedAt: at }
    await db.asService((tx) => markMessage(tx, question.messageId, change))
    await tell(extensionId)
    return { kind: 'done' }
  }

  look()
  return {
    read: (id) => readFile(audioOf(id)).catch(() => undefined),
    changed: (extensionId) => void tell(extensionId).catch((error: unknown) => log.warn('no lamp was told', { error })),
    async close() {
      looking.stop()
      await turn
    },
  }
}

/** Taken before, by a look that did not come to its end. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
