import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId, seededRandom, virtualClock } from '../../base/index.ts'
import {
  certainMatch,
  keyLines,
  payerFingerprint,
  proposeMatches,
  readStatement,
  type Candidate,
  type CsvMapping,
  type Statement,
} from '../../company/billing/testing.ts'
import { createDraw } from '../draw.ts'
import { companyNames } from '../seed/names.ts'
import { drawMonth, type Labelled, type Payer } from './statement-corpus.ts'
import { writeBai2, writeCamt, writeOfx, writeTable, type BankMonth } from './statement-files.ts'

const mapping: CsvMapping = {
  account: '0042',
  currency: 'CAD',
  date: 'Date',
  dateOrder: 'mdy',
  amount: 'Amount',
  payer: 'Name',
  remittance: ['Details'],
  reference: 'Reference',
  balance: 'Balance',
}

/** Sixty customers with up to three open invoices; two pairs have one name, many have one amount. */
function drawPayers(seed: number): readonly Payer[] {
  const random = seededRandom(seed)
  const draw = createDraw(random)
  const clock = virtualClock(1_764_000_000_000)
  return Array.from({ length: 60 }, (_, at) => {
    const name = companyNames[(at < 58 ? at : at - 20) % companyNames.length]!
    const suffix = at >= companyNames.length && at < 58 ? ' North' : ''
    const invoices = Array.from({ length: draw.between(1, 3) }, (_unused, of) => ({
      number: `NW-2026-${String(of * 100 + at + 1).padStart(6, '0')}`,
      openMicros: BigInt(draw.pick([5650, 11_300, draw.between(3000, 90_000)])) * 10_000n,
    }))
    const payerAccount = String(draw.between(1_000_000, 9_999_999))
    return {
      customerId: newId(clock, random),
      name: `${name}${suffix}`,
      accountNumber: String(100_200 + at * 7),
      payerAccount,
      invoices,
    }
  })
}

function candidatesOf(payers: readonly Payer[]): readonly Candidate[] {
  return payers.map(({ customerId, name, accountNumber, invoices }) => ({
    customerId,
    name,
    accountNumber,
    currency: 'CAD',
    balanceMicros: invoices.reduce((sum, { openMicros }) => sum + openMicros, 12_340_000n),
    invoices: invoices.map((one) => ({ ...one, id: one.number, issuedOn: '2026-10-01' })),
    knownPayers: new Set<string>(),
  }))
}

function parsed(source: string): Statement {
  const read = readStatement(source, mapping)
  assert.ok(read.ok, read.ok ? '' : read.failure.message)
  return read.value[0]!
}

const writers = { camt: writeCamt, bai2: writeBai2, ofx: writeOfx, table: writeTable }

test('F30 of 300 lines everything posted by itself is right, and the rest has the right one first', (context) => {
  const seed = 20_261_124
  const payers = drawPayers(seed)
  const draw = createDraw(seededRandom(seed + 1))
  const month = drawMonth(draw, { payers, count: 300, month: '2026-10', account: '0042', currency: 'CAD' })
  const { lines } = parsed(writeCamt(month))
  const truth = new Map(month.lines.map((line) => [line.reference, line]))
  let candidates = candidatesOf(payers)
  const tally = { posted: 0, wrong: 0, ranked: 0, first: 0, strangers: 0, knowable: 0 }
  for (const line of lines) {
    const label: Labelled = truth.get(line.reference)!
    const proposals = proposeMatches(line, candidates)
    const certain = certainMatch(proposals)
    if (label.customerId !== undefined) tally.knowable++
    if (certain) {
      tally.posted++
      if (certain.customerId !== label.customerId) tally.wrong++
    } else if (label.customerId === undefined) tally.strangers++
    else {
      tally.ranked++
      if (proposals[0]?.customerId === label.customerId) tally.first++
      // A person posts it to whom it belongs, and that teaches who the payer is.
      const learned = payerFingerprint(line)
      candidates = candidates.map((one) =>
        one.customerId === label.customerId ? { ...one, knownPayers: new Set([...one.knownPayers, learned]) } : one,
      )
    }
  }
  context.diagnostic(`seed ${seed}: ${JSON.stringify(tally)}`)
  assert.equal(tally.wrong, 0)
  assert.ok(tally.first >= 0.9 * tally.ranked, `${tally.first} of ${tally.ranked} have the right one first`)
  assert.ok(tally.posted >= 0.5 * tally.knowable, `${tally.posted} of ${tally.knowable} were posted`)
})

test('whatever the month, nothing is posted wrongly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const payers = drawPayers(seed)
      const draw = createDraw(seededRandom(seed + 1))
      const month = drawMonth(draw, { payers, count: 60, month: '2026-10', account: '0042', currency: 'CAD' })
      const candidates = candidatesOf(payers)
      for (const line of month.lines) {
        const certain = certainMatch(proposeMatches({ ...line, currency: 'CAD' }, candidates))
        if (certain) assert.equal(certain.customerId, line.customerId, `${line.habit}: ${line.remittance}`)
      }
    }),
    { numRuns: 8 },
  )
})

function someMonth(seed: number, count: number): BankMonth {
  const draw = createDraw(seededRandom(seed))
  return drawMonth(draw, { payers: drawPayers(seed), count, month: '2026-10', account: '0042', currency: 'CAD' })
}

test('every format gives the same lines, and the same line has the same key again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 30 }), (seed, count) => {
      const month = someMonth(seed, count)
      for (const write of Object.values(writers)) {
        const { lines, openingMicros, closingMicros } = parsed(write(month))
        assert.deepEqual(
          lines.map((line) => [line.amountMicros, line.reference]),
          month.lines.map((line) => [line.amountMicros, line.reference]),
        )
        const sum = lines.reduce((all, { amountMicros }) => all + amountMicros, 0n)
        if (openingMicros !== undefined) assert.equal(openingMicros + sum, closingMicros)
        assert.equal(new Set(keyLines(parsed(write(month))).map(({ key }) => key)).size, count)
      }
    }),
    { numRuns: 15 },
  )
})

test('a statement that is cut, altered or too large is refused whole, with the reason', (context) => {
  const month = someMonth(5, 40)
  const refusals = new Map<string, number>()
  const codeOf = (source: string): string => {
    const read = readStatement(source, mapping)
    const code = read.ok ? 'read' : read.failure.code
    refusals.set(code, (refusals.get(code) ?? 0) + 1)
    return code
  }
  for (const [name, write] of Object.entries(writers)) {
    const source = write(month)
    assert.equal(codeOf(source), 'read', name)
    assert.equal(codeOf(`${source}${' '.repeat(700_000)}`), 'bank.too_large', name)
    if (name === 'table') continue
    for (const part of [0.1, 0.35, 0.6, 0.9]) {
      assert.match(codeOf(source.slice(0, Math.floor(source.length * part))), /^bank\./, `${name} cut at ${part}`)
    }
  }
  // One digit of one amount: the totals of the bank tell.
  const digit = (source: string, from: RegExp): string =>
    source.replace(from, (found) => found.replace(/\d(?!.*\d)/, (last) => String((Number(last) + 1) % 10)))
  assert.equal(codeOf(digit(writeCamt(month), /<Ntry><Amt Ccy="CAD">[\d.]+/)), 'bank.wrong_total')
  assert.equal(codeOf(digit(writeBai2(month), /^16,195,\d+/m)), 'bank.wrong_total')
  assert.equal(codeOf(writeBai2(month).replace(/^16,.*\n88,.*\n/m, '')), 'bank.wrong_total')
  const rows = writeTable(month).split('\r\n')
  assert.equal(codeOf([...rows.slice(0, 5), ...rows.slice(6)].join('\r\n')), 'bank.wrong_total')
  assert.equal(codeOf('<!DOCTYPE x [<!ENTITY a "b">]><Document>&a;</Document>'), 'bank.unreadable')
  assert.equal(codeOf(''), 'bank.unknown_format')
  context.diagnostic(JSON.stringify(Object.fromEntries(refusals)))
})

test('whatever bytes come, the readers give a result', () => {
  let readable = 0
  let runs = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(writers)),
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.string({ maxLength: 4 })), { maxLength: 2 }),
      (write, changes) => {
        let source = write(someMonth(9, 6))
        for (const [part, text] of changes) {
          const at = Math.floor(part * source.length)
          source = source.slice(0, at) + text + source.slice(at + text.length)
        }
        runs++
        if (readStatement(source, mapping).ok) readable++
      },
    ),
    { numRuns: 150 },
  )
  assert.ok(readable >= 0.3 * runs, `${readable} of ${runs} altered files could still be read`)
})
