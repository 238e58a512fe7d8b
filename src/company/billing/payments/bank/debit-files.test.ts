import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { writeCpa005, type Cpa005Originator, type Debit } from './write-cpa005.ts'
import { isRoutingNumber, writeNacha, type NachaDebit, type NachaOriginator } from './write-nacha.ts'

const folder = new URL('../../../../../test/data/debits/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const inMicros = <T extends { cents: number }>(debit: T) => ({ ...debit, amountMicros: BigInt(debit.cents) * 10_000n })

/** The golden files were written by test/oracles/debit_files.py from the same facts. */
test('a CPA 005 file is byte for byte the golden one, its records have 1,464 characters', () => {
  type Asked = {
    originator: Cpa005Originator
    fileNumber: number
    createdOn: string
    dueOn: string
    debits: (Omit<Debit, 'amountMicros'> & { cents: number })[]
  }
  const asked = JSON.parse(read('cpa005.json')) as Asked
  const file = writeCpa005({ ...asked, debits: asked.debits.map(inMicros) })
  assert.equal(file, read('cpa005.txt'))
  const records = file.split('\r\n').slice(0, -1)
  assert.deepEqual(
    records.map((record) => [record[0], record.length]),
    [
      ['A', 1464],
      ['D', 1464],
      ['D', 1464],
      ['Z', 1464],
    ],
  )
})

test('a NACHA file is byte for byte the golden one, blocked by ten records of 94 characters', () => {
  type Asked = {
    originator: NachaOriginator
    fileLetter: string
    createdAt: string
    dueOn: string
    batch: number
    debits: (Omit<NachaDebit, 'amountMicros'> & { cents: number })[]
  }
  const asked = JSON.parse(read('nacha.json')) as Asked
  const file = writeNacha({ ...asked, debits: asked.debits.map(inMicros) })
  assert.equal(file, read('nacha.txt'))
  const records = file.split('\n').slice(0, -1)
  assert.ok(records.length % 10 === 0 && records.every((record) => record.length === 94))
})

test('a routing number proves itself', () => {
  assert.ok(['021000021', '122105155', '091000019'].every(isRoutingNumber))
  assert.ok(['021000012', '12210515', '000000000', 'abcdefghi'].every((text) => !isRoutingNumber(text)))
})
