/** How the house is: every process asked over the bus, with a short patience. */

import type { Clock, Metrics } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { OutputOf } from '../../platform/http/index.ts'
import type { liveOperations } from './live-operations.ts'
import { processHealth, processMetrics, supervisedProcesses, type SupervisedProcess } from '../topics.ts'
import { mergeMetrics } from './merge-metrics.ts'

const PATIENCE_MS = 700

type ShownProcess = OutputOf<typeof liveOperations.listProcesses>['items'][number]

export type HouseState = {
  /** For `/healthz`: the word of each process, and whether all answered. */
  health(): Promise<{ readonly isOk: boolean; readonly processes: Readonly<Record<string, string>> }>
  /** For the staff page. */
  processes(): Promise<readonly ShownProcess[]>
  /** The metrics of every process that answers, each series labelled with its process. */
  metrics(): Promise<string>
}

export type HouseParts = {
  readonly bus: Bus
  readonly db: Db
  readonly clock: Clock
  readonly metrics: Metrics
  /** The processes of this installation beside office, when no supervisor can be asked. */
  readonly peers: readonly string[]
}

/** Asks around on each call; nothing is remembered. */
export function createHouseState({ bus, db, clock, metrics, peers }: HouseParts): HouseState {
  const supervised = async (): Promise<readonly SupervisedProcess[]> => {
    const answer = await bus.request('supervisor', supervisedProcesses, {}, { timeoutMs: PATIENCE_MS })
    return answer.ok ? answer.value : []
  }
  const askedOf = (list: readonly SupervisedProcess[]): string[] => {
    const names = new Set([...peers, ...list.map((one) => one.name)])
    return [...names].filter((name) => name !== bus.name && name !== 'postgres')
  }
  const isDatabaseUp = async (): Promise<boolean> => {
    const { promise: tooLate, resolve } = Promise.withResolvers<boolean>()
    const limit = clock.after(PATIENCE_MS, () => resolve(false))
    const answered = db
      .asService((tx) => tx`select 1`)
      .then(
        () => true,
        () => false,
      )
    const isUp = await Promise.race([answered, tooLate])
    limit.stop()
    return isUp
  }
  const health = (name: string) => bus.request(name, processHealth, {}, { timeoutMs: PATIENCE_MS })
  return {
    async health() {
      const names = askedOf(await supervised())
      const [isUp, ...answers] = await Promise.all([isDatabaseUp(), ...names.map(health)])
      const words = answers.map((answer, at) => [names[at]!, answer.ok ? answer.value.status : 'silent'] as const)
      const isOk = isUp && answers.every((answer) => answer.ok)
      const processes = Object.fromEntries([['office', 'ok'], ['postgres', isUp ? 'ok' : 'silent'], ...words])
      return { isOk, processes }
    },
    async processes() {
      const list = await supervised()
      const names = askedOf(list)
      const answers = await Promise.all(names.map(health))
      const isUp = await isDatabaseUp()
      const known = new Map(list.map((one) => [one.name, one]))
      const shown = names.map((name, at): ShownProcess => {
        const answer = answers[at]!
        const run = known.get(name)
        return answer.ok
          ? { ...ofRun(name, run), ...answer.value, notes: [...answer.value.notes], state: answer.value.status }
          : { ...ofRun(name, run), state: run && run.state !== 'running' ? run.state : 'silent' }
      })
      const ownState = (name: string, isOk: boolean): ShownProcess => ({
        ...ofRun(name, known.get(name)),
        state: isOk ? 'ok' : 'silent',
      })
      return [ownState('office', true), ownState('postgres', isUp), ...shown].map(withoutExtras)
    },
    async metrics() {
      const names = askedOf(await supervised())
      const answers = await Promise.all(
        names.map((name) => bus.request(name, processMetrics, {}, { timeoutMs: PATIENCE_MS })),
      )
      const texts = answers.flatMap((answer, at) => (answer.ok ? [{ process: names[at]!, text: answer.value }] : []))
      return mergeMetrics([{ process: bus.name, text: metrics.text() }, ...texts])
    },
  }
}

function ofRun(name: string, run: SupervisedProcess | undefined): ShownProcess {
  return {
    name,
    state: 'silent',
    pid: run?.pid ?? null,
    startedAt: run?.startedAt ?? null,
    restarts: run?.restarts ?? null,
    lastExit: run?.lastExit ?? null,
    notes: [],
  }
}

function withoutExtras({ name, state, pid, startedAt, restarts, lastExit, notes }: ShownProcess): ShownProcess {
  return { name, state, pid, startedAt, restarts, lastExit, notes }
}
