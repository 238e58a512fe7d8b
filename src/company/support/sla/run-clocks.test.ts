import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMsToLocal, localToEpochMs } from '../../../base/index.ts'
import { dueOf, elapsedOf, warningsOf } from './clock.ts'
import { firstTargets, type Policy } from './policy.ts'
import { runClocks, type SlaEvent } from './run-clocks.ts'

const zone = 'America/Toronto'
const at = (text: string): number => localToEpochMs(text, zone)!
const policyOf = (audience: 'customer' | 'partner', closing: number): Policy => ({
  calendar: {
    zone,
    hours: Array.from({ length: 7 }, (_, day) => (day < 5 ? [[540, closing * 60] as const] : [])),
    days: new Map(),
    years: new Set([2026, 2027]),
  },
  targets: firstTargets[audience],
  pausesIn: ['waiting_customer'],
})
const partner = policyOf('partner', 19)
const customer = policyOf('customer', 18)

/** `metric state due breach` of each clock, in local time. */
function story(policy: Policy, events: readonly SlaEvent[], until: string): string[] {
  const run = runClocks(policy, events, at(until))
  assert.ok(run.ok)
  return run.value.clocks.map((clock) => {
    const computed = dueOf(clock)
    assert.ok(computed.ok)
    const { due } = computed.value
    const time = due === undefined ? '-' : epochMsToLocal(due, zone).slice(5, 16)
    return `${clock.metric} ${clock.state} ${time}${clock.breachedAt === undefined ? '' : ' broken'}`
  })
}

const created = (severity: 'critical' | 'high' | 'normal' | 'low', when: string): SlaEvent => ({
  kind: 'created',
  at: at(when),
  severity,
})

test('R113 R114 R115 R116 the four severities of partners: 1, 2, 4, 8 hours; 8 and 48 of work', () => {
  const monday = '2026-11-09 10:00'
  assert.deepEqual(story(partner, [created('critical', monday)], monday), [
    'response running 11-09 11:00',
    'resolution running -',
  ])
  assert.deepEqual(story(partner, [created('high', monday)], monday), [
    'response running 11-09 12:00',
    'resolution running -',
  ])
  assert.deepEqual(story(partner, [created('normal', monday)], monday), [
    'response running 11-09 14:00',
    'resolution running 11-09 18:00',
  ])
  assert.deepEqual(story(partner, [created('low', monday)], monday), [
    'response running 11-09 18:00',
    'resolution running 11-13 18:00',
  ])
})

test('R90 R91 R92 customers: 1 to 4 hours, Monday to Friday 9 to 18, critical around the clock', () => {
  const night = '2026-11-07 03:00'
  assert.equal(story(customer, [created('critical', night)], night)[0], 'response running 11-07 04:00')
  assert.equal(story(customer, [created('high', night)], night)[0], 'response running 11-09 11:00')
  assert.equal(story(customer, [created('normal', '2026-11-06 17:00')], night)[0], 'response running 11-09 12:00')
})

test('R97 R109 a partner’s critical ticket of the night waits for the morning, until the voicemail', () => {
  const events = [created('critical', '2026-11-07 01:00')]
  assert.equal(story(partner, events, '2026-11-07 01:00')[0], 'response running 11-09 10:00')
  const called: SlaEvent = { kind: 'voicemail', at: at('2026-11-07 01:30') }
  assert.equal(story(partner, [...events, called], '2026-11-07 01:31')[0], 'response running 11-07 02:30')
})

test('the response clock never pauses; the resolution clock does while the customer is awaited', () => {
  const events: SlaEvent[] = [
    created('normal', '2026-11-09 10:00'),
    { kind: 'staff_message', at: at('2026-11-09 11:00') },
    { kind: 'state', at: at('2026-11-09 11:00'), to: 'waiting_customer' },
  ]
  assert.deepEqual(story(partner, events, '2026-11-12 12:00'), ['response stopped 11-09 14:00', 'resolution paused -'])
  const back: SlaEvent[] = [
    ...events,
    { kind: 'customer_message', at: at('2026-11-10 11:00') },
    { kind: 'state', at: at('2026-11-10 11:00'), to: 'open' },
  ]
  assert.deepEqual(story(partner, back, '2026-11-10 11:00'), [
    'response stopped 11-09 14:00',
    'resolution running 11-10 18:00',
    'next_response running 11-10 15:00',
  ])
})

test('a worse severity never moves a due time later, a better one never earlier; what broke stays broken', () => {
  const low = created('low', '2026-11-09 10:00')
  const up: SlaEvent = { kind: 'severity', at: at('2026-11-09 17:30'), severity: 'normal' }
  assert.equal(story(partner, [low, up], '2026-11-09 17:30')[0], 'response running 11-09 18:00')
  const down: SlaEvent = { kind: 'severity', at: at('2026-11-09 10:30'), severity: 'low' }
  assert.equal(
    story(partner, [created('normal', '2026-11-09 10:00'), down], '2026-11-09 10:30')[0],
    'response running 11-09 18:00',
  )
  const late: SlaEvent = { kind: 'severity', at: at('2026-11-09 16:00'), severity: 'low' }
  assert.equal(
    story(partner, [created('normal', '2026-11-09 10:00'), late], '2026-11-09 16:00')[0],
    'response running 11-09 18:00 broken',
  )
})

test('R117 a worked-around outage gets a new clock of Normal; its response is untouched', () => {
  const events: SlaEvent[] = [created('high', '2026-11-09 10:00'), { kind: 'workaround', at: at('2026-11-09 11:00') }]
  assert.deepEqual(story(partner, events, '2026-11-09 11:00'), [
    'response running 11-09 12:00',
    'resolution stopped -',
    'resolution running 11-09 19:00',
  ])
})

test('a reopened ticket goes on where it stood; a merged one counts no more', () => {
  const events: SlaEvent[] = [
    created('normal', '2026-11-09 10:00'),
    { kind: 'staff_message', at: at('2026-11-09 11:00') },
    { kind: 'state', at: at('2026-11-09 12:00'), to: 'solved' },
    { kind: 'state', at: at('2026-11-11 12:00'), to: 'open' },
  ]
  assert.equal(story(partner, events, '2026-11-11 12:00')[1], 'resolution running 11-11 18:00')
  const run = runClocks(partner, events, at('2026-11-11 13:00'))
  assert.ok(run.ok)
  const elapsed = elapsedOf(run.value.clocks[1]!, at('2026-11-11 13:00'))
  assert.deepEqual(elapsed, { ok: true, value: 3 * 3_600_000 })
  const merged: SlaEvent = { kind: 'state', at: at('2026-11-11 13:00'), to: 'merged' }
  assert.ok(story(partner, [...events, merged], '2026-11-30 12:00').every((line) => line.includes('void')))
})

test('the promise holds at its due instant, and is broken right after; warnings come at half and four fifths', () => {
  const events = [created('normal', '2026-11-09 10:00')]
  assert.ok(!story(partner, events, '2026-11-09 14:00')[0]!.includes('broken'))
  assert.ok(story(partner, events, '2026-11-09 14:00:01')[0]!.includes('broken'))
  const run = runClocks(partner, events, at('2026-11-09 10:00'))
  assert.ok(run.ok)
  assert.deepEqual(warningsOf(run.value.clocks[0]!), {
    ok: true,
    value: [at('2026-11-09 12:00'), at('2026-11-09 13:12')],
  })
})

test('events that cannot have happened are refused', () => {
  const run = (events: readonly SlaEvent[]) => runClocks(partner, events, at('2026-11-10 10:00')).ok
  assert.ok(!run([{ kind: 'staff_message', at: at('2026-11-09 10:00') }]))
  assert.ok(!run([created('low', '2026-11-09 10:00'), { kind: 'staff_message', at: at('2026-11-08 10:00') }]))
})
