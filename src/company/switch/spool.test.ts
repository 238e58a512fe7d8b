import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SpoolLine } from './spool-state.ts'
import { openSpool } from './spool.ts'
import { sampleCdr as record } from './testing.ts'

async function inFolder(act: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-spool-'))
  try {
    await act(join(folder, 'spool'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a call that was open when the process died is found again with its last sign of life', async () => {
  await inFolder(async (path) => {
    const before = await openSpool(path)
    await before.append({ kind: 'open', record: record('a') })
    await before.append({ kind: 'open', record: record('b') })
    await before.append({ kind: 'alive', at: 9_000, ids: ['a'] })
    await before.append({ kind: 'closed', record: record('b') })
    // No close: the process is gone, and it was writing when it went.
    appendFileSync(path, '{"kind":"closed","rec')
    const after = await openSpool(path)
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
    const spool = await openSpool(path)
    await spool.append({ kind: 'closed', record: record('a') })
    await spool.append({ kind: 'stored', ids: ['a'] })
    assert.deepEqual(spool.closed(10), [])
    await spool.close()
    const again = await openSpool(path)
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
        const spool = await openSpool(path)
        await Promise.all(lines.map((one) => spool.append(one)))
        const closed = spool.closed(100)
        const written = readFileSync(path, 'utf8').split('\n').length - 1
        assert.equal(written, lines.length)
        await spool.close()
        const again = await openSpool(path)
        assert.equal(JSON.stringify(again.closed(100)), JSON.stringify(closed))
        await again.close()
      })
    }),
    { numRuns: 40 },
  )
})
