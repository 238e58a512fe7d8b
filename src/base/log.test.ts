import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog, createMetrics, virtualClock } from './index.ts'
import type { LogOptions } from './log.ts'

function logged(options: Partial<LogOptions> = {}) {
  const lines: Record<string, unknown>[] = []
  const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>)
  const log = createLog({ clock: virtualClock(1_764_000_000_000), process: 'signal', write, ...options })
  return { log, lines }
}

test('an event is one line with its time, and amounts are digits', () => {
  const { log, lines } = logged()
  log.with({ call: 'c1' }).info('a call was charged', { chargeMicros: 5n, nested: { more: 6n } })
  assert.deepEqual(lines, [
    {
      time: '2025-11-24T16:00:00.000Z',
      level: 'info',
      process: 'signal',
      message: 'a call was charged',
      call: 'c1',
      chargeMicros: '5',
      nested: { more: '6' },
    },
  ])
})

test('personal data is masked unless it is asked for, secrets are never shown', () => {
  const attributes = {
    'pii.number': '+14165550142',
    'pii.digits': '1234',
    password: 'p',
    sessionToken: 't',
    Authorization: 'a',
    masterKey: 'm',
    error: new Error('broken'),
    nested: { 'pii.name': 'Ann Ann', deeper: [{ token: 'x' }] },
  }
  const { log, lines } = logged()
  log.warn('x', attributes)
  assert.equal(lines[0]?.['pii.number'], '***42')
  assert.equal(lines[0]?.['pii.digits'], '***', 'too short to show any of it')
  for (const key of ['password', 'sessionToken', 'Authorization', 'masterKey'])
    assert.equal(lines[0]?.[key], '[secret]')
  assert.equal((lines[0]['error'] as { message: string }).message, 'broken')
  assert.deepEqual(lines[0]['nested'], { 'pii.name': '***nn', deeper: [{ token: '[secret]' }] })
  const shown = logged({ showPersonalData: true })
  shown.log.warn('x', attributes)
  assert.equal(shown.lines[0]?.['pii.number'], '+14165550142')
  assert.equal(shown.lines[0]?.['password'], '[secret]')
})

test('levels below the chosen one are not written', () => {
  const { log, lines } = logged({ level: 'warn' })
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  assert.deepEqual(
    lines.map((line) => line['message']),
    ['c', 'd'],
  )
})

test('metrics are Prometheus text, escaped, and bounded', () => {
  const metrics = createMetrics()
  const calls = metrics.counter('dialhouse_calls_total', 'Calls.')
  calls.add()
  calls.add(2, { end: 'a "b"\\\n' })
  metrics.gauge('dialhouse_live', 'Live.', () => 3)
  const seconds = metrics.histogram('dialhouse_seconds', 'Time.', [0.1, 1])
  seconds.observe(0.05)
  seconds.observe(5)
  assert.equal(
    metrics.text(),
    `# HELP dialhouse_calls_total Calls.
# TYPE dialhouse_calls_total counter
dialhouse_calls_total 1
dialhouse_calls_total{end="a \\"b\\"\\\\\\n"} 2
# HELP dialhouse_live Live.
# TYPE dialhouse_live gauge
dialhouse_live 3
# HELP dialhouse_seconds Time.
# TYPE dialhouse_seconds histogram
dialhouse_seconds_bucket{le="0.1"} 1
dialhouse_seconds_bucket{le="1"} 1
dialhouse_seconds_bucket{le="+Inf"} 2
dialhouse_seconds_sum 5.05
dialhouse_seconds_count 2
`,
  )
  for (let n = 0; n < 5000; n++) calls.add(1, { peer: String(n) })
  assert.ok(metrics.text().split('\n').length < 1100)
})
