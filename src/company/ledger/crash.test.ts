/**
 * Crashes: the database goes away before, in and after a commit, connections are cut by the server, the process
 * is replaced in the middle. Whatever happens, nothing is lost, nothing is there twice, the books are right.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createMetrics,
  FailureError,
  newId,
  seededRandom,
  silentLog,
  systemClock,
  type RandomBytes,
} from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { importDeck } from '../catalog/index.ts'
import { checkLedger } from './check-ledger.ts'
import { createCredit } from './credit.ts'
import { createGroupCommit } from './group-commit.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import type { CallRated, CdrRecord } from './protocol.ts'
import { releaseExpired } from './release-expired.ts'
import { buildTestHouse, callRecord, reserveRequest, type TestCustomer } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))

type Trouble = 'none' | 'before' | 'inside' | 'unsure, undone' | 'unsure, done' | 'gone'
const troubles: readonly Trouble[] = ['none', 'none', 'before', 'inside', 'unsure, undone', 'unsure, done']

function lost(isCommitting: boolean): FailureError {
  return new FailureError({ code: 'db.connection_lost', message: 'cut by the test', details: { isCommitting } })
}

/** The real database, whose transactions fail as `next` says. */
function troubled(db: Db, next: () => Trouble): Db {
  return {
    ...db,
    async asService<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
      const trouble = next()
      if (trouble === 'before' || trouble === 'gone') {
        throw new FailureError({ code: 'db.unavailable', message: 'away, says the test' })
      }
      const value = await db.asService(async (tx) => {
        const done = await act(tx)
        if (trouble === 'inside') throw lost(false)
        if (trouble === 'unsure, undone') throw lost(true)
        return done
      })
      if (trouble === 'unsure, done') throw lost(true)
      return value
    },
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return
    await pause(10)
  }
  assert.fail(`never came true: ${what}`)
}

async function openReady(db: Db, onRated: (rated: CallRated) => void = () => {}): Promise<Ledger> {
  const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated })
  await until('the ledger is ready', () => ledger.notes().length === 0)
  return ledger
}

/** What the bus does for whoever asks a process that is gone: it gives up waiting. */
function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  return Promise.race([answer, pause(400).then(() => undefined)])
}

/** Sends records until each is stored, as the spool of the switch does; some of them twice. */
async function deliver(ledger: () => Ledger, records: readonly CdrRecord[]): Promise<void> {
  let waiting = [...records]
  for (let tries = 0; waiting.length > 0 && tries < 500; tries++) {
    const both = [ledger().settle(waiting), ledger().settle(waiting.slice(0, 3))]
    const [stored] = await Promise.all(both.map(inTime))
    waiting = waiting.filter((record) => !stored?.includes(record.id))
    if (waiting.length > 0) await pause(20)
  }
  assert.deepEqual(waiting, [])
}

function picker(random: RandomBytes): (most: number) => number {
  return (most) => (random(1)[0]! * 256 + random(1)[0]!) % most
}

async function assertBooks(db: Db, customers: readonly TestCustomer[], expected: readonly bigint[]): Promise<void> {
  assert.deepEqual(await db.asService(checkLedger), [])
  for (const [at, { accountId }] of customers.entries()) {
    const [row] = await db.asService(
      (tx) => tx`select balance_micros from account_balance where account_id = ${accountId}`,
    )
    assert.equal(row?.['balance_micros'] ?? 0n, expected[at])
  }
}

/** Half a minute of a house in trouble: calls from the reservation to the record, and payments. */
async function liveThroughTrouble(
  ledger: () => Ledger,
  customers: readonly TestCustomer[],
  pick: (n: number) => number,
) {
  const owed = customers.map(() => 0n)
  const records: CdrRecord[] = []
  const work = Array.from({ length: 40 }, async (_, n) => {
    await pause(pick(300))
    const which = n % customers.length
    const customer = customers[which]!
    const request = reserveRequest(customer)
    const granted = ledger().reserve(request)
    if (!granted.ok) {
      assert.equal(granted.failure.code, 'ledger.unavailable')
      records.push(callRecord(customer, 0, { id: request.cdrId, answeredAt: undefined, reserved: false }))
      return
    }
    await pause(pick(60))
    const isConfirmed = (await inTime(ledger().confirm(request.cdrId, request.at)))?.ok === true
    const seconds = isConfirmed ? 1 + pick(200) : 0
    if (isConfirmed && pick(2) === 0) await inTime(ledger().extend(request.cdrId, seconds))
    const answered = isConfirmed ? {} : { answeredAt: undefined }
    records.push(callRecord(customer, seconds, { id: request.cdrId, ...answered }))
    owed[which]! += BigInt(Math.ceil(seconds / 60)) * 350_000n
  })
  const payments = Array.from({ length: 6 }, async (_, n) => {
    const which = n % customers.length
    const posting = { postingId: newId(clock), accountId: customers[which]!.accountId, amountMicros: 125_000n }
    const request = { ...posting, occurredAt: clock.now(), reason: 'cash', createdBy: undefined }
    await pause(pick(300))
    for (let tries = 0; tries < 500; tries++) {
      if ((await inTime(ledger().post('payment', request)))?.ok) break
      await pause(20)
    }
    owed[which]! -= 125_000n
  })
  await Promise.all([...work, ...payments])
  await deliver(ledger, records)
  return { owed, records }
}

const newSeed = (): number => Math.trunc(Number(process.hrtime.bigint() % 1_000_000_007n))

test('transactions that fail at every point: each record and payment is there exactly once', async (t) => {
  const seed = newSeed()
  t.diagnostic(`seed ${seed}`)
  await withTestDatabase(async (database) => {
    const { customers } = await buildTestHouse(await database.openDb('office'))
    const db = await database.openDb('charge')
    const pick = picker(seededRandom(seed))
    let isCalm = true
    const counts = new Map<Trouble, number>()
    const next = (): Trouble => {
      const trouble = isCalm ? 'none' : troubles[pick(troubles.length)]!
      counts.set(trouble, (counts.get(trouble) ?? 0) + 1)
      return trouble
    }
    const rated = new Set<string>()
    const ledger = await openReady(troubled(db, next), (one) => void rated.add(one.cdrId))
    isCalm = false
    try {
      const { owed, records } = await liveThroughTrouble(() => ledger, customers, pick)
      isCalm = true
      await until('everything is written', () => ledger.notes().length === 0)
      const stored = await db.asService((tx) => tx`select id from cdr`)
      assert.equal(stored.length, records.length)
      assert.equal(rated.size, records.length, 'every record was told of')
      assert.equal((await db.asService((tx) => tx`select 1 from reservation`)).length, 0)
      await assertBooks(db, customers, owed)
      t.diagnostic(JSON.stringify(Object.fromEntries(counts)))
    } finally {
      isCalm = true
      await ledger.close()
    }
  })
})

test('connections cut by the server and a new process in the middle: nothing lost, nothing twice', async (t) => {
  const seed = newSeed()
  t.diagnostic(`seed ${seed}`)
  await withTestDatabase(async (database) => {
    const { customers } = await buildTestHouse(await database.openDb('office'))
    const pick = picker(seededRandom(seed))
    let isDead = false
    const first = await database.openDb('charge', { patienceMs: 200 })
    const second = await database.openDb('charge', { patienceMs: 200 })
    let ledger = await openReady(troubled(first, () => (isDead ? 'gone' : 'none')))
    const abandoned = ledger
    let cuts = 0
    const cutter = clock.every(35, () => {
      // A machine under load must get ready between two cuts at last.
      if (++cuts > 40) return cutter.stop()
      void database.ownerSql`reset role`
        .then(
          () => database.ownerSql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where usename = 'dialhouse_charge' and datname = current_database() and state <> 'idle'`,
        )
        .catch(() => {})
    })
    const replaced = pause(150).then(async () => {
      isDead = true
      ledger = await openReady(second)
    })
    try {
      const { owed, records } = await liveThroughTrouble(() => ledger, customers, pick)
      await replaced
      cutter.stop()
      await pause(50)
      // What the dead process had promised and nobody heard of is settled by the records all the same.
      await deliver(() => ledger, records)
      const stored = await second.asService((tx) => tx`select id from cdr`)
      assert.equal(stored.length, records.length)
      await assertBooks(second, customers, owed)
      t.diagnostic(`${cuts} cuts`)
    } finally {
      cutter.stop()
      await abandoned.close()
      await ledger.close()
    }
  })
})

test('while nothing can be written new paid calls are refused, running ones go on, and all is caught up', async () => {
  await withTestDatabase(async (database) => {
    const [acme] = (await buildTestHouse(await database.openDb('office'))).customers
    assert(acme)
    const db = await database.openDb('charge')
    let trouble: Trouble = 'none'
    const ledger = await openReady(troubled(db, () => trouble))
    try {
      const running = reserveRequest(acme)
      assert(ledger.reserve(running).ok)
      assert((await ledger.confirm(running.cdrId, running.at)).ok)
      trouble = 'gone'
      const doomed = reserveRequest(acme)
      assert(ledger.reserve(doomed).ok, 'decided before anybody can know')
      await until('it is noticed', () => ledger.notes().length > 0)
      const refused = ledger.reserve(reserveRequest(acme))
      assert(!refused.ok && refused.failure.code === 'ledger.unavailable')
      assert(!(await ledger.confirm(doomed.cdrId, doomed.at)).ok, 'a call whose reservation is not on disk')
      assert(!(await ledger.extend(running.cdrId, 100)).ok)
      const record = callRecord(acme, 60, { id: running.cdrId })
      const settling = ledger.settle([record])
      await pause(50)
      trouble = 'none'
      assert.deepEqual(await settling, [record.id])
      assert(ledger.reserve(reserveRequest(acme)).ok)
    } finally {
      await ledger.close()
    }
    assert.deepEqual(await db.asService(checkLedger), [])
  })
})

test('a new process takes over what was reserved, at the price that was promised', async () => {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const { customers, deckId, providerId } = await buildTestHouse(office, 2_000_000n)
    const [acme] = customers
    assert(acme)
    const db = await database.openDb('charge')
    const first = await openReady(db)
    const request = reserveRequest(acme)
    const granted = first.reserve(request)
    assert(granted.ok && granted.value.reservedMicros === 1_750_000n)
    await first.confirm(request.cdrId, request.at)
    await first.close()
    await office.as({ tenantPath: 'nw/' }, async (tx) => {
      const header = 'prefix,destination,class,first_seconds,first_price,next_seconds,next_price'
      const csv = `${header}\n44,UK,international,60,9,60,9`
      assert((await importDeck(tx, clock, { tenantId: providerId, deckId, csv, activate: true })).ok)
    })
    const second = await openReady(db)
    try {
      const refused = second.reserve(reserveRequest(acme))
      assert(!refused.ok && refused.failure.code === 'ledger.no_credit', 'what was reserved still is')
      assert.deepEqual(second.reserve(request).ok, true, 'asked again, still granted')
      assert.deepEqual(await second.settle([callRecord(acme, 120, { id: request.cdrId })]), [request.cdrId])
      const [cdr] = await db.asService((tx) => tx`select charge_micros from cdr`)
      assert.equal(cdr?.['charge_micros'], 700_000n, 'the old price')
    } finally {
      await second.close()
    }
  })
})

test('one item that cannot be written does not hold up the others, and all of a moment share a batch', async () => {
  const written: number[] = []
  const sizes: number[] = []
  const commit = createGroupCommit<number>({
    clock,
    log: silentLog,
    async write(items) {
      await pause(5)
      if (items.includes(7)) throw Object.assign(new Error('violates a constraint'), { code: '23514' })
      written.push(...items)
    },
    onBatch: (items) => void sizes.push(items),
  })
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => commit.add(n)))
  assert.deepEqual(
    outcomes.map((one) => one.status === 'fulfilled'),
    Array.from({ length: 20 }, (_, n) => n !== 7),
  )
  assert.equal(written.length, 19)
  await commit.close()
  assert.deepEqual(sizes, [20])
  await assert.rejects(commit.add(1))
})

test('a reservation whose end nobody told is freed in the end, later when the call was answered', () => {
  const credit = createCredit()
  const row = { ...price, direction: 'outbound', class: 'international', blocked: false } as const
  const account = { id: 'a', tenantId: 't', tenantPath: 'nw/', currency: 'CAD', deckId: 'd', callsMax: 9 } as const
  const terms = { ...account, kind: 'customer', limits: [] } as const
  credit.putAccount({ ...terms, creditLimitMicros: 10_000_000n, status: 'open' }, 0n)
  const ask = { callId: 'c', accountId: 'a', direction: 'outbound', destination: '+44', at: 0 } as const
  for (const cdrId of ['ringing', 'talking']) assert(credit.reserve({ ...ask, cdrId }, { versionId: 'v', row }).ok)
  credit.confirm('talking', 0)
  assert.deepEqual(releaseExpired(credit, 15 * 60_000, silentLog), [])
  assert.deepEqual(releaseExpired(credit, 15 * 60_000 + 1, silentLog), ['ringing'])
  assert.deepEqual(releaseExpired(credit, 24 * 3_600_000 + 300_000, silentLog), [])
  assert.deepEqual(releaseExpired(credit, 24 * 3_600_000 + 300_001, silentLog), ['talking'])
  assert.equal(credit.account('a')?.reservedMicros, 0n)
})

const price = {
  prefix: '44',
  destination: 'United Kingdom',
  connectMicros: 0n,
  firstSeconds: 60,
  firstNanos: 350_000_000n,
  nextSeconds: 60,
  nextNanos: 350_000_000n,
  graceSeconds: 0,
  minimumMicros: 0n,
}
