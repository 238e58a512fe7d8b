import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog, systemClock } from '../../base/index.ts'
import { openAdministrator } from './administrator.ts'
import { migrate, openDb, startServer, type DatabaseServer } from './index.ts'
import { isServerRunning, readPostmaster } from './postmaster.ts'
import { unsafeButFast } from './server-settings.ts'

const clock = systemClock()
const isRoot = process.getuid?.() === 0

/** A folder that is gone afterwards, with whatever runs in it. */
async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'start-server-'))
  chmodSync(folder, 0o755)
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function start(dataFolder: string): Promise<DatabaseServer> {
  const started = await startServer({ dataFolder, clock, log: silentLog, settings: unsafeButFast })
  assert.ok(started.ok, JSON.stringify(started))
  return started.value
}

async function failureOf(dataFolder: string): Promise<string> {
  const started = await startServer({ dataFolder, clock, log: silentLog, settings: unsafeButFast })
  if (started.ok) await started.value.stop()
  return started.ok ? 'started' : `${started.failure.code}: ${started.failure.message}`
}

async function ask(url: string, query: string): Promise<unknown> {
  const session = await openAdministrator(url)
  assert.ok(session.ok, JSON.stringify(session))
  const [row] = await session.value.sql.unsafe(query)
  await session.value.close()
  return Object.values(row ?? {})[0]
}

suite('the embedded server', () => {
  test('starts private and small, keeps what was written, and stops without a trace', async () => {
    await inFolder(async (folder) => {
      const first = await start(folder)
      assert.equal(first.isAdopted, false)
      assert.equal(await ask(first.url, 'show listen_addresses'), '')
      assert.equal(
        await ask(first.url, "select datcollate || datlocprovider::text from pg_database where datname = 'dialhouse'"),
        'Cb',
      )
      assert.equal(statSync(join(folder, 'socket')).mode & 0o777, 0o700)
      if (isRoot) assert.equal(statSync(join(folder, 'postgres')).uid, 65534, 'not root')
      await ask(first.url, 'create table kept as select 7 as n')
      const { pid } = first
      await first.stop()
      assert.equal(isServerRunning(pid, join(folder, 'postgres')), false)
      assert.equal(existsSync(join(folder, 'postgres/postmaster.pid')), false)
      const second = await start(folder)
      assert.equal(await ask(second.url, 'select n from kept'), 7)
      await second.stop()
    })
  })

  test('a server that a killed start left behind is adopted', async () => {
    await inFolder(async (folder) => {
      const first = await start(folder)
      await first.release()
      const second = await start(folder)
      assert.equal(second.isAdopted, true)
      assert.equal(second.pid, first.pid)
      assert.equal(await ask(second.url, 'select 1'), 1)
      await second.stop()
    })
  })

  test('a server whose folder somebody has removed is ended all the same', async () => {
    await inFolder(async (folder) => {
      const { pid, stop } = await start(folder)
      rmSync(folder, { recursive: true })
      await stop()
      assert.throws(() => process.kill(pid, 0), /ESRCH/)
    })
  })

  test('a server that was left behind and does not answer is ended and replaced', async () => {
    await inFolder(async (folder) => {
      const first = await start(folder)
      await first.release()
      rmSync(join(folder, 'socket'), { recursive: true })
      const second = await start(folder)
      assert.equal(second.isAdopted, false)
      assert.notEqual(second.pid, first.pid)
      await second.stop()
    })
  })

  test('a pid file of a dead server whose number went to somebody else does not keep it from starting', async () => {
    await inFolder(async (folder) => {
      const first = await start(folder)
      const file = join(folder, 'postgres/postmaster.pid')
      const text = readFileSync(file, 'utf8')
      await first.stop()
      writeFileSync(file, text.replace(/^\d+/, String(process.pid)))
      const second = await start(folder)
      assert.equal(await ask(second.url, 'select 1'), 1)
      await second.stop()
    })
  })

  test('it is started again when it is killed, and an open database goes on', async () => {
    await inFolder(async (folder) => {
      const server = await start(folder)
      assert.ok((await migrate(server.url, { clock, log: silentLog })).ok)
      const db = await openDb({ url: server.url, role: 'office', clock, log: silentLog })
      assert.ok(db.ok)
      const { pid } = server
      process.kill(pid, 'SIGKILL')
      const answer = async (): Promise<unknown> => {
        try {
          return (await db.value.asService((tx) => tx`select 8 as n`))[0]?.['n']
        } catch {
          return undefined
        }
      }
      // A session of the dead server may still answer for a moment.
      for (let tries = 0; tries < 200 && (server.pid === pid || server.notes().length > 0); tries++) await sleep(50)
      assert.notEqual(server.pid, pid)
      let found: unknown
      for (let tries = 0; tries < 100 && found === undefined; tries++) found = (await answer()) ?? (await sleep(50))
      assert.equal(found, 8)
      assert.equal(readPostmaster(join(folder, 'postgres'))?.pid, server.pid)
      await db.value.close()
      await server.stop()
    })
  })

  test('a path that is too long for a socket gets a short folder', async () => {
    await inFolder(async (folder) => {
      const deep = join(folder, 'a'.repeat(60), 'b'.repeat(60))
      const server = await start(deep)
      assert.match(server.url, /%2Ftmp%2Fdialhouse-[0-9a-f]{16}:/)
      assert.equal(await ask(server.url, 'select 1'), 1)
      await server.stop()
      rmSync(/%2Ftmp%2F(dialhouse-[0-9a-f]{16})/.exec(server.url)![0].replaceAll('%2F', '/'), { recursive: true })
    })
  })

  test('what is in the way is named in one line', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), '')
      assert.match(await failureOf(join(folder, 'file/data')), /^db\.folder_not_writable: .*DIALHOUSE_DATA$/)
      if (process.platform === 'linux') assert.match(await failureOf('/proc/data'), /^db\.folder_not_writable: /)
      mkdirSync(join(folder, 'foreign/postgres'), { recursive: true })
      writeFileSync(join(folder, 'foreign/postgres/letter.txt'), 'mine')
      assert.match(await failureOf(join(folder, 'foreign')), /^db\.foreign_cluster: /)
      mkdirSync(join(folder, 'newer/postgres'), { recursive: true })
      writeFileSync(join(folder, 'newer/postgres/PG_VERSION'), '99\n')
      assert.match(await failureOf(join(folder, 'newer')), /^db\.other_version: .*PostgreSQL 99 and this is 18/)
      mkdirSync(join(folder, 'damaged/postgres'), { recursive: true })
      writeFileSync(join(folder, 'damaged/postgres/PG_VERSION'), '18\n')
      assert.match(await failureOf(join(folder, 'damaged')), /^db\.start_failed: .*postgres\.log$/)
      if (!isRoot) return
      mkdirSync(join(folder, 'closed'), { mode: 0o700 })
      assert.match(await failureOf(join(folder, 'closed/data')), /^db\.folder_unreachable: .*chmod o\+x/)
    })
  })
})
