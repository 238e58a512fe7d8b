import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLog } from '../../../base/index.ts'
import type { SpoolLine } from './spool-state.ts'
import { openSpool } from './spool.ts'
import { sampleCdr as record } from '../testing.ts'

async function inFolder(act: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-spool-'))
  try {
    await act(join(folder, 'spool'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What another process would find there. */
async function readBack(path: string): Promise<{ open: string[]; closed: string[] }> {
  const copy = `${path}.copy`
  writeFileSync(copy, readFileSync(path))
  const found = await openSpool(copy, { log: silentLog })
  await found.close()
  return {
    open: found.leftOpen.map((open) => open.record.id),
    closed: found.closed(100).map((closed) => closed.id),
  }
}

test('a call that was open when the process died is found again with its last sign of life', async () => {
  await inFolder(async (path) => {
    const before = await openSpool(path, { log: silentLog })
    await before.append({ kind: 'open', record: record('a') })
    await before.append({ kind: 'open', record: record('b') })
    await before.append({ kind: 'alive', at: 9_000, ids: ['a'] })
    await before.append({ kind: 'closed', record: record('b') })
    // No close: the process is gone, and it was writing when it went.
    appendFileSync(path, '{"kind":"closed","rec')
    const after = await openSpool(path, { log: silentLog })
    assert.deepEqual(
      after.leftOpen.map((open) => [open.record.id, open.lastActivityAt]),
      [['a', 9_000]],
    )
    assert.deepEqual(
      after.closed(10).map((closed) => closed.id),
      ['b'],
    )
    await before.close()
    await after.close()
  })
})

test('a stored call leaves the spool, also across a restart', async () => {
  await inFolder(async (path) => {
    const spool = await openSpool(path, { log: silentLog })
    await spool.append({ kind: 'closed', record: record('a') })
    await spool.append({ kind: 'stored', ids: ['a'] })
    assert.deepEqual(spool.closed(10), [])
    await spool.close()
    const again = await openSpool(path, { log: silentLog })
    assert.deepEqual(again.closed(10), [])
    assert.deepEqual(again.leftOpen, [])
    await again.close()
  })
})

test('what is acknowledged is on disk: any history reads back as it was', async () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const line: fc.Arbitrary<SpoolLine> = fc.oneof(
    id.map((one): SpoolLine => ({ kind: 'open', record: record(one) })),
    fc.tuple(id, fc.nat(100_000)).map(([one, at]): SpoolLine => ({ kind: 'alive', at, ids: [one] })),
    id.map((one): SpoolLine => ({ kind: 'closed', record: record(one) })),
    id.map((one): SpoolLine => ({ kind: 'stored', ids: [one] })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
      await inFolder(async (path) => {
        const spool = await openSpool(path, { log: silentLog })
        await Promise.all(lines.map((one) => spool.append(one)))
        const closed = spool.closed(100)
        const written = readFileSync(path, 'utf8').split('\n').length - 1
        assert.equal(written, lines.length)
        await spool.close()
        const again = await openSpool(path, { log: silentLog })
        assert.equal(JSON.stringify(again.closed(100)), JSON.stringify(closed))
        await again.close()
      })
    }),
    { numRuns: 40 },
  )
})

test('a disk that is full in the middle of a line spoils no other line and loses no closed call', async () => {
  await inFolder(async (path) => {
    let isFull = false
    const write = async (file: FileHandle, text: string): Promise<void> => {
      await file.appendFile(isFull ? text.slice(0, 40) : text)
      if (isFull) throw new Error('no space left on device')
    }
    const spool = await openSpool(path, { log: silentLog, write })
    await spool.append({ kind: 'open', record: record('a') })
    isFull = true
    // Not even a whole new file can be written.
    mkdirSync(`${path}.new/in-the-way`, { recursive: true })
    await assert.rejects(spool.append({ kind: 'closed', record: record('a') }), /no space/)
    await assert.rejects(spool.append({ kind: 'open', record: record('b') }))
    const crashed = await readBack(path)
    assert.deepEqual([crashed.open, crashed.closed], [['a'], []], 'what was on disk before still is')
    isFull = false
    rmSync(`${path}.new`, { recursive: true })
    await spool.append({ kind: 'open', record: record('c') })
    await spool.append({ kind: 'closed', record: record('c') })
    const healed = await readBack(path)
    assert.deepEqual([healed.open, healed.closed], [['b'], ['a', 'c']])
    await spool.close()
  })
})

test('a spool opens where nothing can be written, and writes as soon as it can', async () => {
  await inFolder(async (path) => {
    mkdirSync(`${path}.new/in-the-way`, { recursive: true })
    const spool = await openSpool(path, { log: silentLog })
    await assert.rejects(spool.append({ kind: 'open', record: record('a') }))
    rmSync(`${path}.new`, { recursive: true })
    await spool.append({ kind: 'alive', at: 9_000, ids: ['a'] })
    assert.deepEqual((await readBack(path)).open, ['a'])
    await spool.close()
  })
})

test('a spool that cannot be read is set aside, not written over', async () => {
  await inFolder(async (path) => {
    mkdirSync(`${path}/unreadable`, { recursive: true })
    const spool = await openSpool(path, { log: silentLog })
    await spool.append({ kind: 'closed', record: record('a') })
    assert.ok(existsSync(`${path}.unread/unreadable`))
    await spool.close()
  })
})
