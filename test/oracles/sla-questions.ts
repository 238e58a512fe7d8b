/** Random calendars, promises and tickets, asked of the product and of the oracle; every answer must be the same. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { seededRandom } from '../../src/base/index.ts'
import { addOpen, between, type Calendar, type Window } from '../../src/company/support/sla/calendar.ts'
import { dueOf } from '../../src/company/support/sla/clock.ts'
import { severities, type Policy, type Target } from '../../src/company/support/sla/policy.ts'
import { runClocks, type SlaEvent } from '../../src/company/support/sla/run-clocks.ts'

/** Zones whose rules have not changed lately: the oracle reads the system's tables, we read those of Node. */
const zones = [
  'America/Toronto',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'Europe/London',
  'Europe/Paris',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Santiago',
  'Africa/Cairo',
  'UTC',
]
const YEAR_START = 1_767_225_600
const YEAR_SECONDS = 365 * 86_400

type Draw = { below(limit: number): number; one<T>(values: readonly T[]): T }

function drawFrom(seed: number): Draw {
  const random = seededRandom(seed)
  const below = (limit: number): number => Buffer.from(random(6)).readUIntBE(0, 6) % limit
  return { below, one: (values) => values[below(values.length)]! }
}

function drawCalendar({ below, one }: Draw): Calendar {
  const windows = (): Window[] => {
    const points = [...new Set(Array.from({ length: 2 * below(4) }, () => below(1441)))].toSorted((a, b) => a - b)
    return Array.from({ length: Math.floor(points.length / 2) }, (_, at) => [points[2 * at]!, points[2 * at + 1]!])
  }
  const office: Window[] = [[540, one([1020, 1080, 1140, 1440])]]
  const hours = Array.from({ length: 7 }, (_, day) => (below(3) === 0 ? windows() : day < 5 ? office : []))
  const days = new Map<string, Window[]>()
  for (let added = below(15); added > 0; added--) {
    const date = Temporal.PlainDate.from('2026-01-01').add({ days: below(730) })
    days.set(date.toString(), below(3) === 0 ? windows() : [])
  }
  return {
    zone: one(zones),
    hours: hours.some((list) => list.length > 0) ? hours : [office, ...hours.slice(1)],
    days,
    years: undefined,
  }
}

function wire({ zone, hours, days }: Calendar) {
  return { zone, hours, days: Object.fromEntries(days) }
}

function ask(questions: readonly unknown[]): unknown[] | undefined {
  const input = questions.map((question) => JSON.stringify(question)).join('\n')
  const done = spawnSync('python3', [join(import.meta.dirname, 'sla.py')], { input, maxBuffer: 1024 * 1024 * 1024 })
  if (done.error) return undefined
  assert.equal(done.status, 0, done.stderr.toString())
  return done.stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

/** `between(start, addOpen(start, s)) = s`, and the oracle's due time; undefined without Python. */
export function compareDueTimes(count: number, seed: number): number | undefined {
  const draw = drawFrom(seed)
  const asked = Array.from({ length: count }, () => {
    const calendar = drawCalendar(draw)
    // Half of them around the changes of clocks.
    const change = draw.one([1_772_953_200, 1_793_512_800, 1_774_746_000, 1_792_890_000, 1_775_300_400, 1_791_039_600])
    const start = draw.below(2) === 0 ? YEAR_START + draw.below(YEAR_SECONDS) : change - 200_000 + draw.below(400_000)
    return { calendar, start, seconds: draw.below(400_000) }
  })
  const answers = ask(asked.map(({ calendar, ...rest }) => ({ calendar: wire(calendar), ...rest })))
  if (!answers) return undefined
  for (const [at, { calendar, start, seconds }] of asked.entries()) {
    const added = addOpen(calendar, start * 1000, seconds * 1000)
    assert.ok(added.ok && added.value.due !== undefined)
    const back = between(calendar, start * 1000, added.value.due)
    assert.ok(back.ok)
    const about = JSON.stringify({ seed, at, ...asked[at], calendar: wire(calendar) })
    assert.equal(back.value, seconds * 1000, about)
    assert.deepEqual([added.value.due / 1000, back.value / 1000], answers[at], about)
  }
  return asked.length
}

const hour = 3600

function drawTarget({ below, one }: Draw): Target {
  const maybe = (value: number): number | undefined => (below(4) === 0 ? undefined : value)
  return {
    responseSeconds: one([900, hour, 2 * hour, 4 * hour, 8 * hour, 7777]),
    nextResponseSeconds: maybe(one([hour, 4 * hour])),
    resolutionSeconds: maybe(one([8 * hour, 48 * hour, 20 * hour + 1])),
    updateSeconds: maybe(one([hour, 4 * hour])),
    clock: one(['calendar', 'calendar', 'always', 'after_voicemail']),
  }
}

function drawEvents({ below, one }: Draw): SlaEvent[] {
  let at = (YEAR_START + below(YEAR_SECONDS)) * 1000
  const events: SlaEvent[] = [{ kind: 'created', at, severity: one(severities) }]
  for (let left = below(14); left > 0; left--) {
    // Sometimes at the same second, sometimes days later.
    at += below(5) === 0 ? 0 : below(one([hour, 6 * hour, 80 * hour])) * 1000
    const kind = one([
      'customer_message',
      'staff_message',
      'state',
      'state',
      'severity',
      'workaround',
      'voicemail',
    ] as const)
    if (kind === 'severity') events.push({ kind, at, severity: one(severities) })
    else if (kind === 'state') {
      events.push({
        kind,
        at,
        to: one(['open', 'waiting_customer', 'waiting_vendor', 'solved', 'closed', 'open', 'merged']),
      })
    } else events.push({ kind, at })
    if (events.some((event) => event.kind === 'state' && event.to === 'merged')) break
  }
  return events
}

/** Tickets of a year: every clock, its due time and whether it was broken; undefined without Python. */
export function compareTickets(count: number, seed: number): { tickets: number; breaches: number } | undefined {
  const draw = drawFrom(seed)
  const asked = Array.from({ length: count }, () => {
    const targets = Object.fromEntries(severities.map((severity) => [severity, drawTarget(draw)])) as Policy['targets']
    const events = drawEvents(draw)
    const until = events.at(-1)!.at + draw.below(200 * hour) * 1000
    const pausesIn = draw.one([['waiting_customer'], ['waiting_customer', 'waiting_vendor'], []])
    return { policy: { calendar: drawCalendar(draw), targets, pausesIn }, events, until }
  })
  const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1000)
  const answers = ask(
    asked.map(({ policy, events, until }) => ({
      calendar: wire(policy.calendar),
      targets: policy.targets,
      pausesIn: policy.pausesIn,
      events: events.map((event) => ({ ...event, at: event.at / 1000 })),
      until: until / 1000,
    })),
  )
  if (!answers) return undefined
  let breaches = 0
  for (const [at, { policy, events, until }] of asked.entries()) {
    const run = runClocks(policy, events, until)
    assert.ok(run.ok)
    const ours = run.value.clocks.map((clock) => {
      const computed = dueOf(clock)
      assert.ok(computed.ok)
      if (clock.breachedAt !== undefined) breaches++
      return [clock.metric, clock.state, clock.startedAt / 1000, seconds(computed.value.due), seconds(clock.breachedAt)]
    })
    assert.deepEqual(
      ours,
      answers[at],
      JSON.stringify({ seed, at, ...policy, calendar: wire(policy.calendar), events }),
    )
  }
  return { tickets: asked.length, breaches }
}
