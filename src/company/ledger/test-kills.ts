/** A ledger that is killed at chosen moments and replaced by a new one, on a real database, in one process. */

import { createMetrics, FailureError, silentLog, systemClock } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import type { Asked } from './test-calls.ts'

const clock = systemClock({ keepAlive: true })
const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

/** Where in a transaction the process dies. */
const stages = ['before', 'begun', 'written', 'committed'] as const

export type Killed = {
  readonly asked: Asked
  readonly kills: () => number
  /** Kills no more. */
  calm(): void
  ledger(): Ledger
  close(): Promise<void>
}

const ANSWER_MS = 300

/** Opens a ledger that dies every few transactions, until `killsMax` deaths. */
export async function openMortal(
  db: Db,
  pick: (most: number) => number,
  options: { readonly killsMax: number; readonly lifeMax: number },
): Promise<Killed> {
  let kills = 0
  let isCalm = false
  let ledger: Ledger
  const graves: Ledger[] = []
  let rebirth: Promise<void> = Promise.resolve()

  const mortal = (): Db => {
    let isDead = false
    let life = 1 + pick(options.lifeMax)
    const gone = new FailureError({ code: 'db.connection_lost', message: 'killed by the test', details: {} })
    const die = (): never => {
      isDead = true
      kills += 1
      graves.push(ledger)
      rebirth = birth()
      throw gone
    }
    return {
      ...db,
      async asService<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
        // A ledger asks while it is being opened: nobody dies before being born.
        await Promise.resolve()
        if (isDead) throw gone
        const isLast = !isCalm && kills < options.killsMax && --life <= 0
        const stage = isLast ? stages[pick(stages.length)]! : undefined
        if (stage === 'before') die()
        const value = await db.asService(async (tx) => {
          if (stage === 'begun') {
            act(tx).catch(() => {})
            await tx`select 1`
            die()
          }
          const done = await act(tx)
          if (stage === 'written') die()
          return done
        })
        if (stage === 'committed') die()
        // Nobody hears what a dead process still received.
        if (isDead) throw gone
        return value
      },
    }
  }
  const birth = async (): Promise<void> => {
    const born = openLedger({ db: mortal(), clock, log: silentLog, metrics: createMetrics(), onRated: () => undefined })
    ledger = born
    for (let tries = 0; born === ledger && born.notes().length > 0 && tries < 500; tries++) await pause(2)
  }
  await birth()
  const inTime = <T>(answer: Promise<T>): Promise<T | undefined> =>
    Promise.race([answer.catch(() => undefined), pause(ANSWER_MS).then(() => undefined)])
  return {
    asked: {
      reserve: (request) => Promise.resolve(ledger.reserve(request)),
      confirm: (cdrId, answeredAt) => inTime(ledger.confirm(cdrId, answeredAt)),
      extend: (cdrId, elapsedSeconds) => inTime(ledger.extend(cdrId, elapsedSeconds)),
      settle: (records) => inTime(ledger.settle(records)),
    },
    kills: () => kills,
    calm: () => void (isCalm = true),
    ledger: () => ledger,
    async close() {
      isCalm = true
      await rebirth
      for (const dead of graves) await dead.close()
      await ledger.close()
    },
  }
}
