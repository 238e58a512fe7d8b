/**
 * What services need of the rest of the house: messages are written into a folder before anybody is told, so that
 * neither a stopped `office` nor a crash loses one; questions are asked over the bus.
 */

import { mkdirSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../base/index.ts'
import {
  askMailbox,
  mailboxChanged,
  mailboxCounts,
  messageLeft,
  type MailboxCount,
  type ServicesPort,
} from '../../company/switch/index.ts'
import type { ProcessParts } from '../parts.ts'
import { leftFolder } from '../message-folder.ts'

/** A caller listens to silence meanwhile. */
const PATIENCE_MS = 2000
/** `office` may start after us. */
const COUNT_AGAIN_MS = 10_000

export type LeftMessage = {
  readonly id: string
  readonly extensionId: string
  readonly callId: string
  readonly fromNumber: string
  readonly fromName: string
  readonly leftAt: number
  readonly durationMs: number
  /** Where the media process put the audio. */
  readonly path: string
}

export type Services = ServicesPort & {
  messagesOf(extensionId: string): { readonly fresh: number; readonly old: number }
  close(): void
}

/** `message_EXTENSION_ID`: whoever finds the file knows whose it is. */
const MESSAGE = /^message_([0-9a-f-]{36})_([0-9a-f-]{36})$/

/**
 * Keeps what callers say, asks `office` what is stored, and knows how many messages wait; `onCount` is told of a
 * mailbox whose count changed.
 */
export function openServices(
  { bus, clock, log, config }: Pick<ProcessParts, 'bus' | 'clock' | 'log' | 'config'>,
  onCount: (extensionId: string) => void,
): Services {
  const folder = leftFolder(config.dataFolder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const counts = new Map<string, MailboxCount>()
  const note = (count: MailboxCount): void => {
    counts.set(count.extensionId, count)
    onCount(count.extensionId)
  }
  bus.subscribe('office', mailboxChanged, note)
  const recount = async (): Promise<void> => {
    const answer = await bus.request('office', mailboxCounts, {}, { timeoutMs: PATIENCE_MS })
    if (!answer.ok) return
    counting.stop()
    for (const count of answer.value) note(count)
  }
  const counting = clock.every(COUNT_AGAIN_MS, () => void recount())
  void recount()

  const keep = async (left: LeftMessage): Promise<void> => {
    const path = join(folder, `${left.id}.json`)
    await writeFile(`${path}.part`, JSON.stringify(left), { mode: 0o600 })
    await rename(`${path}.part`, path)
    bus.publish(messageLeft, { id: left.id })
  }

  return {
    messagesOf: (extensionId) => counts.get(extensionId) ?? { fresh: 0, old: 0 },
    close: () => counting.stop(),
    nameRecording: ({ extensionId }) => `message_${extensionId}_${newId(clock)}`,
    onRecorded({ recordingId, callId, path, durationMs, spokenMs }, call) {
      const [, extensionId, id] = MESSAGE.exec(recordingId) ?? []
      if (extensionId === undefined || id === undefined || spokenMs === 0) return
      const { number: fromNumber = '', name: fromName = '' } = call?.caller ?? {}
      keep({ id, extensionId, callId, fromNumber, fromName, leftAt: clock.now(), durationMs, path }).catch(
        (error: unknown) => log.error('a message could not be kept', { callId, error }),
      )
    },
    async ask(question) {
      const answer = await bus.request('office', askMailbox, question, { timeoutMs: PATIENCE_MS })
      return answer.ok ? answer.value : { kind: 'unavailable' }
    },
  }
}
