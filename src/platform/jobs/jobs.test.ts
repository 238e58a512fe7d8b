import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { fail, newId, silentLog, systemClock, virtualClock, type Clock } from '../../base/index.ts'
import type { Db } from '../db/index.ts'
import {
  countJobs,
  createOutboxRelay,
  createWorker,
  deadJobs,
  enqueue,
  enqueueMany,
  forgetDoneJobs,
  handling,
  jobKind,
  reviveJobs,
  schedule,
  writeEvents,
  type JobHandling,
  type OutboxEvent,
  type Schedule,
} from './index.ts'

const START = 1_764_000_000_000
const count = jobKind<{ n: number }>('test.count', { attempts: 3, firstRetryMs: 10_000, timeLimitMs: 5000 })
const tenantId = newId(virtualClock(START))

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const real = systemClock()
  const deadline = real.monotonic() + 5000
  while (!(await condition())) {
    assert.ok(real.monotonic() < deadline, 'waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function workerOf(db: Db, clock: Clock, handlings: JobHandling[], schedules: Schedule[] = [], name = 'office') {
  return createWorker({ db, clock, log: silentLog, random: (size) => new Uint8Array(size), name, handlings, schedules })
}

/** A worker that counts what it did. */
function counting(db: Db, clock: Clock, name = 'office') {
  const done: number[] = []
  const worker = workerOf(db, clock, [handling(count, async ({ n }) => void done.push(n))], [], name)
  return { done, worker }
}

test('jobs', async (suite) => {
  await withTestDatabase(async ({ ownerSql, openDb }) => {
    const realClock = systemClock({ keepAlive: true })
    await ownerSql`
      insert into tenant (id, tenant_id, kind, path, name, slug, created_at)
      values (${tenantId}, ${tenantId}, 'provider', 'nw/', 'Northwind Voice', 'nw', to_timestamp(${START / 1000}))`
    const db = await openDb('office')
    const statesOf = async (): Promise<Record<string, number>> => {
      const counts = await db.asService(countJobs)
      return Object.fromEntries(counts.map((row) => [row.state, row.count]))
    }
    const clean = () => ownerSql`delete from job`

    await suite.test('a job is done once its transaction commits, and never when it does not', async () => {
      const clock = virtualClock(START)
      const { done, worker } = counting(db, clock)
      await db.asService((tx) => enqueue(tx, clock, count, { tenantId, payload: { n: 1 } }))
      await assert.rejects(
        db.asService(async (tx) => {
          await enqueue(tx, clock, count, { tenantId, payload: { n: 2 } })
          throw new Error('the act failed')
        }),
      )
      await worker.runDue()
      assert.deepEqual(done, [1])
      assert.deepEqual(await statesOf(), { done: 1 })
      await db.asService((tx) => forgetDoneJobs(tx, START + 1))
      assert.deepEqual(await statesOf(), {})
    })

    await suite.test('a job for later waits for its time, and those that are due come in order', async () => {
      const clock = virtualClock(START)
      const { done, worker } = counting(db, clock)
      await db.asService((tx) =>
        enqueueMany(tx, clock, count, [
          { tenantId, payload: { n: 2 }, runAt: START + 2000 },
          { tenantId, payload: { n: 1 }, runAt: START + 1000 },
        ]),
      )
      await worker.runDue()
      assert.deepEqual(done, [])
      clock.advance(1000)
      await worker.runDue()
      assert.deepEqual(done, [1])
      clock.advance(1000)
      await worker.runDue()
      assert.deepEqual(done, [1, 2])
      await clean()
    })

    await suite.test('a unique key keeps a second job out until the first is done', async () => {
      const clock = virtualClock(START)
      const { done, worker } = counting(db, clock)
      const job = (n: number) => ({ tenantId, payload: { n }, uniqueKey: 'run' })
      const ids = await db.asService(async (tx) => [
        await enqueue(tx, clock, count, job(1)),
        await enqueue(tx, clock, count, job(2)),
      ])
      assert.equal(typeof ids[0], 'string')
      assert.equal(ids[1], undefined)
      await worker.runDue()
      assert.ok(await db.asService((tx) => enqueue(tx, clock, count, job(3))))
      await worker.runDue()
      assert.deepEqual(done, [1, 3])
      await clean()
    })

    await suite.test('a failure is tried again later and later, then buried, and can be revived', async () => {
      const clock = virtualClock(START)
      const at: number[] = []
      let isMended = false
      const broken = handling(count, async () => {
        at.push(clock.now() - START)
        if (at.length === 1) throw new Error('a bug')
        return isMended ? undefined : fail('test.broken', 'not today')
      })
      const worker = workerOf(db, clock, [broken])
      await db.asService((tx) => enqueue(tx, clock, count, { tenantId, payload: { n: 1 } }))
      for (let second = 0; second < 100; second++) {
        await worker.runDue()
        clock.advance(1000)
      }
      assert.deepEqual(at, [0, 10_000, 30_000])
      const [dead] = await db.asService((tx) => deadJobs(tx, 10))
      assert.deepEqual([dead?.kind, dead?.attempts, dead?.lastError], ['test.count', 3, 'test.broken: not today'])
      isMended = true
      assert.equal(await db.asService((tx) => reviveJobs(tx, clock, [dead!.id])), 1)
      await worker.runDue()
      assert.deepEqual(await statesOf(), { done: 1 })
      await clean()
    })

    await suite.test('a final failure is buried at once, and a slow handler has failed', async () => {
      const clock = virtualClock(START)
      const final = handling(count, async () => ({ ...fail('test.hopeless', 'never'), final: true }))
      const slow = jobKind<null>('test.slow', { attempts: 1, timeLimitMs: 5000 })
      let isAborted = false
      const sleeping = handling(slow, async (_, job) => {
        job.signal.addEventListener('abort', () => (isAborted = true))
        // The other one ends first: they share the clock.
        await new Promise((resolve) => setImmediate(resolve))
        clock.advance(6000)
        await new Promise(() => {})
      })
      const worker = workerOf(db, clock, [final, sleeping])
      await db.asService(async (tx) => {
        await enqueue(tx, clock, count, { tenantId, payload: { n: 1 } })
        await enqueue(tx, clock, slow, { tenantId, payload: null })
      })
      await worker.runDue()
      const dead = await db.asService((tx) => deadJobs(tx, 10))
      const codes = dead.map((job) => job.lastError.split(':')[0])
      assert.deepEqual(new Set(codes), new Set(['jobs.too_slow', 'test.hopeless']))
      assert.ok(isAborted)
      await clean()
    })

    await suite.test('the job of a worker that died is taken over when its lock expires', async () => {
      const clock = virtualClock(START)
      await db.asService((tx) => enqueue(tx, clock, count, { tenantId, payload: { n: 1 } }))
      const patient = { ...count, timeLimitMs: 3_600_000 }
      const dying = workerOf(db, clock, [handling(patient, () => new Promise(() => {}))], [], 'dying')
      void dying.runDue()
      await until(async () => (await statesOf())['running'] === 1)
      const { done, worker } = counting(db, clock, 'heir')
      await worker.runDue()
      assert.deepEqual(done, [])
      clock.advance(60_000)
      await worker.runDue()
      assert.deepEqual(done, [1])
      await clean()
    })

    await suite.test('a handler can end its job in its own transaction, and loses it all when taken over', async () => {
      const clock = virtualClock(START)
      const worker = workerOf(db, clock, [
        handling(count, async ({ n }, job) => {
          await db.asService(async (tx) => {
            await writeEvents(tx, clock, [{ tenantId, topic: 'test.done', payload: { n } }])
            if (n === 2) await tx`update job set attempts = 9 where id = ${job.id}`
            await job.complete(tx)
          })
        }),
      ])
      await db.asService((tx) =>
        enqueueMany(
          tx,
          clock,
          count,
          [1, 2].map((n) => ({ tenantId, payload: { n } })),
        ),
      )
      await worker.runDue()
      const events = await ownerSql`select payload from outbox_event`
      assert.deepEqual(
        events.map((row) => row['payload']),
        [{ n: 1 }],
      )
      await ownerSql`delete from outbox_event`
      await clean()
    })

    await suite.test('two workers share the work and do each job once', async () => {
      const { done, worker } = counting(db, realClock, 'one')
      const other = counting(db, realClock, 'two')
      await Promise.all([worker.start(), other.worker.start()])
      const all = Array.from({ length: 200 }, (_, n) => n)
      await db.asService((tx) =>
        enqueueMany(
          tx,
          realClock,
          count,
          all.map((n) => ({ tenantId, payload: { n } })),
        ),
      )
      await until(() => done.length + other.done.length >= 200)
      await Promise.all([worker.stop(), other.worker.stop()])
      assert.deepEqual(
        [...done, ...other.done].toSorted((a, b) => a - b),
        all,
      )
      assert.deepEqual(await statesOf(), { done: 200 })
      await clean()
    })

    await suite.test('a notification wakes a sleeping worker', async () => {
      const { done, worker } = counting(db, realClock)
      await worker.start()
      await new Promise((resolve) => setTimeout(resolve, 50))
      const before = realClock.monotonic()
      await db.asService((tx) => enqueue(tx, realClock, count, { tenantId, payload: { n: 7 } }))
      await until(() => done.length === 1)
      assert.ok(realClock.monotonic() - before < 1000)
      await worker.stop()
      await clean()
    })

    await suite.test(
      'schedules run at their times, made up once after an absence, and go when they are dropped',
      async () => {
        const clock = virtualClock(START)
        const ran: number[] = []
        const note = handling(count, async ({ n }) => void ran.push(n))
        const minutely = schedule('minutely', { everySeconds: 60 }, count, { tenantId, payload: { n: 60 } })
        const daily = schedule('daily', { daily: '02:30', zone: 'America/Toronto' }, count, {
          tenantId,
          payload: { n: 24 },
        })
        const worker = workerOf(db, clock, [note], [minutely, daily])
        await worker.runDue()
        for (let minute = 0; minute < 10; minute++) {
          clock.advance(60_000)
          await worker.runDue()
        }
        assert.equal(ran.filter((n) => n === 60).length, 10)
        ran.length = 0
        clock.advance(3 * 24 * 3_600_000)
        await worker.runDue()
        assert.deepEqual(
          ran.toSorted((a, b) => a - b),
          [24, 60],
        )
        const without = workerOf(db, clock, [note], [daily])
        ran.length = 0
        await without.runDue()
        clock.advance(24 * 3_600_000)
        await without.runDue()
        assert.deepEqual(ran, [24])
        await workerOf(db, clock, [note]).runDue()
        await clean()
      },
    )

    await suite.test('the outbox is handed on in order, and again from where a delivery failed', async () => {
      const clock = virtualClock(START)
      const got: OutboxEvent[] = []
      let failAt = 3
      const relay = createOutboxRelay({
        db,
        clock,
        log: silentLog,
        deliver: (event) => {
          if (got.length === failAt) throw new Error('nobody listens')
          got.push(event)
        },
      })
      const events = [1, 2, 3, 4, 5].map((n) => ({ tenantId, topic: 'test.rang', payload: { n } }))
      await db.asService((tx) => writeEvents(tx, clock, events))
      await assert.rejects(relay.relay(), /nobody listens/)
      failAt = -1
      assert.equal(await relay.relay(), 2)
      assert.deepEqual(
        got.map((event) => event.payload),
        events.map((event) => event.payload),
      )
      assert.equal(got[0]?.createdAt, START)
      assert.equal(await relay.relay(), 0)
    })

    await suite.test('a running relay follows the outbox', async () => {
      const got: unknown[] = []
      const relay = createOutboxRelay({
        db,
        clock: realClock,
        log: silentLog,
        deliver: (event) => void got.push(event.payload),
      })
      await relay.start()
      for (let n = 0; n < 3; n++) {
        await db.asService((tx) => writeEvents(tx, realClock, [{ tenantId, topic: 'test.rang', payload: n }]))
      }
      await until(() => got.length === 3)
      await relay.stop()
      assert.deepEqual(got, [0, 1, 2])
    })

    await db.close()
  })
})
