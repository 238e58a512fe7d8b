/** Workbooks as a spreadsheet program that is not ours reads them: texts unharmed, numbers summed, nothing run. */

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCsv } from '../../base/index.ts'
import { xlsxBytes } from './xlsx-answer.ts'

const hasGnumeric = spawnSync('ssconvert', ['--version']).status === 0

async function* given(rows: readonly (readonly string[])[]): AsyncGenerator<readonly string[]> {
  for (const row of rows) yield await Promise.resolve(row)
}

/** The cells as Gnumeric shows them. */
async function readBack(rows: readonly (readonly string[])[], numbers: readonly string[]): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'sheet-'))
  try {
    const stream = xlsxBytes({ fileName: 'x.csv', rows: given(rows), numbers })
    writeFileSync(join(folder, 'x.xlsx'), Buffer.from(await new Response(stream).arrayBuffer()))
    execFileSync('ssconvert', ['--recalc', 'x.xlsx', 'x.csv'], { cwd: folder, stdio: 'pipe' })
    const read = parseCsv(readFileSync(join(folder, 'x.csv'), 'utf8'))
    assert.ok(read.ok)
    return read.value
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const skip = !hasGnumeric && 'gnumeric is not installed'

test('a spreadsheet program reads every text as it is, and runs none', { skip }, async () => {
  const hostile = [
    '=1+1',
    '+14165550142',
    '-2+3',
    '@SUM(A1)',
    '=HYPERLINK("http://x.example","x")',
    '<b>&amp;</b>',
    '00123',
    '1e5',
    'ליאת 🦷 Ré',
    '12345678901234567890',
  ]
  const cells = await readBack([['Text', 'Amount'], ...hostile.map((text) => [text, text])], ['Amount'])
  assert.deepEqual(
    cells.slice(1).map(([text]) => text),
    hostile,
  )
})

test('amounts are numbers, and their sum is the exact one', { skip }, async () => {
  const amounts = ['0.31', '12.4075', '1234567.000001', '-0.31']
  const cells = await readBack([['What', 'Amount'], ...amounts.map((amount) => ['x', amount])], ['Amount'])
  const sum = cells.slice(1).reduce((total, [, amount]) => total + Math.round(Number(amount) * 1_000_000), 0)
  assert.equal(sum, 1_234_579_407_501)
})

test('any texts make a ZIP that an independent program finds whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheet-'))
  const look = 'z = zipfile.ZipFile(f)\n  assert z.testzip() is None\n  for n in z.namelist(): d.parseString(z.read(n))'
  const check = `import sys, zipfile, xml.dom.minidom as d\nfor f in sys.argv[1:]:\n  ${look}`
  const files: string[] = []
  const tables = fc.array(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), { maxLength: 8 })
  try {
    await fc.assert(
      fc.asyncProperty(tables, async (rows) => {
        const file = join(folder, `${files.length}.xlsx`)
        const stream = xlsxBytes({ fileName: 'x', rows: given(rows) })
        writeFileSync(file, Buffer.from(await new Response(stream).arrayBuffer()))
        files.push(file)
      }),
      { numRuns: 30 },
    )
    execFileSync('python3', ['-c', check, ...files], { stdio: 'pipe' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
