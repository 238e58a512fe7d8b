import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMetrics } from '../../base/index.ts'
import { mergeMetrics } from './merge-metrics.ts'

test('each family is described once, each series has its process', () => {
  const pages = ['charge', 'signal'].map((process) => {
    const metrics = createMetrics()
    metrics.counter('calls_total', 'Calls.').add(2, { kind: 'paid' })
    metrics.gauge('up', 'Whether.').set(1)
    return { process, text: metrics.text() }
  })
  const lines = mergeMetrics(pages).split('\n')
  assert.equal(lines.filter((line) => line === '# HELP calls_total Calls.').length, 1)
  assert.ok(lines.includes('calls_total{process="charge",kind="paid"} 2'))
  assert.ok(lines.includes('up{process="signal"} 1'))
})

test('whatever a process sends, every line stays a comment or a series', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const merged = mergeMetrics([{ process: 'odd', text: lines.join('\n') }])
      for (const line of merged.split('\n').filter(Boolean))
        assert.match(line, /^(# (HELP|TYPE) |[A-Za-z_:][\w:]*\{process="odd")/)
    }),
  )
})
