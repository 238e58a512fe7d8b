/** The copy on disk: whole at every moment, the newest in the end, and never in the way of calls. */

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLog } from '../../../base/index.ts'
import { openDirectoryCopy } from './directory-copy.ts'
import { emptyRows, type DirectoryRows } from './directory.ts'
import { sampleRows } from '../testing.ts'

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-directory-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A directory of so many devices. */
function rowsWith(devices: number): DirectoryRows {
  const [one] = sampleRows.devices
  return {
    ...sampleRows,
    devices: Array.from({ length: devices }, (_, at) => ({ ...one!, id: `device-${at}`, sipUser: `user${at}` })),
  }
}

test('any rows are read back as they were, and a file that is none reads as an empty directory', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'signal', 'directory.json')
    const copy = openDirectoryCopy({ path, log: silentLog })
    assert.deepEqual(copy.read(), emptyRows)
    await fc.assert(
      fc.asyncProperty(fc.nat(3500), fc.string({ unit: 'binary' }), async (devices, label) => {
        const rows = rowsWith(devices)
        const odd = { ...rows, devices: rows.devices.map((device) => ({ ...device, label: label.toWellFormed() })) }
        copy.put(odd)
        await copy.flush()
        assert.deepEqual(copy.read(), odd)
      }),
      { numRuns: 20 },
    )
    copy.put(emptyRows)
    await copy.flush()
    assert.deepEqual(copy.read(), emptyRows)
    writeFileSync(path, '{"customers":[')
    assert.deepEqual(copy.read(), emptyRows)
  })
})

test('while a large directory is written other work goes on, and changes meanwhile are written as one', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'directory.json')
    const copy = openDirectoryCopy({ path, log: silentLog })
    const sizes = new Set<number>()
    let turns = 0
    let isOver = false
    const work = (): void => {
      turns++
      // Whoever starts now finds a whole file, the old one or the new one.
      if (turns % 10 === 0 && existsSync(path)) {
        sizes.add((JSON.parse(readFileSync(path, 'utf8')) as DirectoryRows).devices.length)
      }
      if (!isOver) setImmediate(work)
    }
    setImmediate(work)
    copy.put(rowsWith(40_000))
    for (let devices = 1; devices <= 50; devices++) copy.put(rowsWith(devices))
    await copy.flush()
    isOver = true
    assert.equal(copy.read().devices.length, 50)
    assert.ok(turns >= 40, `${turns} turns of other work`)
    assert.deepEqual(
      [...sizes].filter((size) => size !== 40_000 && size !== 50),
      [],
      'nothing in between was written',
    )
  })
})

test('what the disk refused is written when it is asked again', async () => {
  await inFolder(async (folder) => {
    const blocked = join(folder, 'signal')
    writeFileSync(blocked, 'a file where a folder should be')
    const copy = openDirectoryCopy({ path: join(blocked, 'directory.json'), log: silentLog })
    copy.put(sampleRows)
    await copy.flush()
    assert.deepEqual(copy.read(), emptyRows)
    rmSync(blocked)
    await copy.flush()
    assert.deepEqual(copy.read(), sampleRows)
  })
})
