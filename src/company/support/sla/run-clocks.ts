/**
 * The clocks of a ticket from everything that happened to it. The engine, the simulation and the reports all ask this
 * one function; the oracle in test/oracles is written apart from it.
 */

import { assertNever, ok, type Result } from '../../../base/index.ts'
import { aroundTheClock, type Calendar } from './calendar.ts'
import { dueOf, type Clock, type Term } from './clock.ts'
import { badEvent, type SimulationFailure } from './errors.ts'
import { rankOf, type Metric, type Policy, type Severity, type Target } from './policy.ts'

/** What happens to a ticket, as far as clocks care; in the order of time. */
export type SlaEvent =
  | { readonly kind: 'created'; readonly at: number; readonly severity: Severity }
  | { readonly kind: 'customer_message'; readonly at: number }
  /** A public message of staff, or a call of theirs that was answered. */
  | { readonly kind: 'staff_message'; readonly at: number }
  | { readonly kind: 'state'; readonly at: number; readonly to: string }
  | { readonly kind: 'severity'; readonly at: number; readonly severity: Severity }
  /** A Critical or High ticket became Normal because something works around it. */
  | { readonly kind: 'workaround'; readonly at: number }
  /** The message on the after-hours line that this ticket was matched with. */
  | { readonly kind: 'voicemail'; readonly at: number }

export type Clocks = {
  readonly clocks: readonly Clock[]
  readonly severity: Severity
}

const over = ['solved', 'closed']
const voided = ['spam', 'merged']

type Run = {
  readonly policy: Policy
  readonly clocks: Clock[]
  severity: Severity
  state: string
  hasVoicemail: boolean
}

/** Folds the events up to `until`; promises that are broken by then are marked so. */
export function runClocks(
  policy: Policy,
  events: readonly SlaEvent[],
  until: number,
): Result<Clocks, SimulationFailure> {
  const [first] = events
  if (first?.kind !== 'created') return badEvent('a ticket begins by being created')
  const run: Run = { policy, clocks: [], severity: first.severity, state: 'new', hasVoicemail: false }
  let last = first.at
  for (const event of events) {
    if (event.at < last) return badEvent('they are not in the order of time')
    if (event.kind === 'created' && event !== first) return badEvent('a ticket is created once')
    last = event.at
    if (last > until) break
    const marked = markBreaches(run, event.at)
    if (!marked.ok) return marked
    take(run, event)
  }
  const marked = markBreaches(run, until)
  return marked.ok ? ok({ clocks: run.clocks, severity: run.severity }) : marked
}

/** The promise holds up to its due instant, and is broken by any later one. */
function markBreaches({ clocks }: Run, at: number): Result<void, SimulationFailure> {
  for (const clock of clocks) {
    if (clock.state !== 'running' || clock.breachedAt !== undefined) continue
    const computed = dueOf(clock)
    if (!computed.ok) return computed
    const { due } = computed.value
    if (due !== undefined && due < at) clock.breachedAt = due
  }
  return ok(undefined)
}

function take(run: Run, event: SlaEvent): void {
  const { at } = event
  switch (event.kind) {
    case 'created':
      start(run, 'response', at)
      start(run, 'resolution', at)
      return
    case 'customer_message':
      if (!openClock(run, 'response') && !openClock(run, 'next_response') && isOpen(run))
        start(run, 'next_response', at)
      return
    case 'staff_message':
      for (const metric of ['response', 'next_response', 'update'] as const) stop(openClock(run, metric), at)
      if (isOpen(run)) start(run, 'update', at)
      return
    case 'state':
      return changeState(run, event.to, at)
    case 'severity':
      return retarget(run, event.severity, at)
    case 'workaround':
      return workAround(run, at)
    case 'voicemail':
      return hearVoicemail(run, at)
    default:
      return assertNever(event, 'an event of a ticket')
  }
}

const isOpen = ({ state }: Run): boolean => !over.includes(state) && !voided.includes(state)

function openClock({ clocks }: Run, metric: Metric): Clock | undefined {
  return clocks.findLast((one) => one.metric === metric && (one.state === 'running' || one.state === 'paused'))
}

function secondsOf(target: Target, metric: Metric): number | undefined {
  switch (metric) {
    case 'response':
      return target.responseSeconds
    case 'next_response':
      return target.nextResponseSeconds
    case 'resolution':
      return target.resolutionSeconds
    case 'update':
      return target.updateSeconds
  }
}

/** "24/7 for high priority": when a severity's clock runs through the night. */
function calendarOf({ policy, hasVoicemail }: Run, { clock }: Target): Calendar {
  const isNonstop = clock === 'always' || (clock === 'after_voicemail' && hasVoicemail)
  return isNonstop ? aroundTheClock(policy.calendar.zone) : policy.calendar
}

function termOf(run: Run, metric: Metric, from: number, joins: Term['joins']): Term {
  const target = run.policy.targets[run.severity]
  return { from, targetSeconds: secondsOf(target, metric), calendar: calendarOf(run, target), joins }
}

/** The clocks of answers begin only where something is promised; the two of the whole ticket always. */
function start(run: Run, metric: Metric, at: number): void {
  const term = termOf(run, metric, at, 'first')
  if (term.targetSeconds === undefined && metric !== 'response' && metric !== 'resolution') return
  run.clocks.push({
    metric,
    startedAt: at,
    terms: [term],
    pauses: [],
    state: 'running',
    stoppedAt: undefined,
    breachedAt: undefined,
  })
}

function stop(clock: Clock | undefined, at: number): void {
  if (!clock) return
  if (clock.state === 'paused') clock.pauses = ended(clock.pauses, at)
  clock.state = 'stopped'
  clock.stoppedAt = at
}

const ended = (pauses: Clock['pauses'], at: number): Clock['pauses'] =>
  pauses.map((pause) => (pause.to === undefined ? { from: pause.from, to: at } : pause))

function changeState(run: Run, to: string, at: number): void {
  const wasOver = over.includes(run.state)
  run.state = to
  if (voided.includes(to)) {
    for (const clock of run.clocks) clock.state = 'void'
    return
  }
  if (over.includes(to)) {
    for (const clock of run.clocks) if (clock.state === 'running' || clock.state === 'paused') stop(clock, at)
    return
  }
  const resolution = run.clocks.findLast((one) => one.metric === 'resolution')
  if (!resolution) return
  // "the solved/closed interval is cut out like a pause".
  if (wasOver && resolution.stoppedAt !== undefined) {
    resolution.pauses = [...resolution.pauses, { from: resolution.stoppedAt, to: at }]
    resolution.stoppedAt = undefined
    resolution.state = 'running'
  }
  const pauses = run.policy.pausesIn.includes(to)
  if (pauses && resolution.state === 'running') {
    resolution.state = 'paused'
    resolution.pauses = [...resolution.pauses, { from: at, to: undefined }]
  } else if (!pauses && resolution.state === 'paused') {
    resolution.state = 'running'
    resolution.pauses = ended(resolution.pauses, at)
  }
}

/** "a priority upgrade can never move a due time later"; a downgrade never earlier. */
function retarget(run: Run, severity: Severity, at: number): void {
  const isWorse = rankOf(severity) < rankOf(run.severity)
  if (severity === run.severity) return
  run.severity = severity
  for (const clock of run.clocks) {
    if (clock.state !== 'running' && clock.state !== 'paused') continue
    const term = isWorse
      ? termOf(run, clock.metric, at, 'earlier')
      : termOf(run, clock.metric, clock.startedAt, 'later')
    clock.terms = [...clock.terms, term]
  }
}

/** "a new resolution clock starts at the change with the Normal target; the response metric is untouched". */
function workAround(run: Run, at: number): void {
  run.severity = 'normal'
  stop(openClock(run, 'update'), at)
  const resolution = openClock(run, 'resolution')
  if (!resolution) return
  stop(resolution, at)
  start(run, 'resolution', at)
}

/** "partner Critical and High on the standard calendar until the voicemail and around the clock from it". */
function hearVoicemail(run: Run, at: number): void {
  if (run.hasVoicemail) return
  run.hasVoicemail = true
  if (run.policy.targets[run.severity].clock !== 'after_voicemail') return
  for (const clock of run.clocks) {
    if (clock.state !== 'running' && clock.state !== 'paused') continue
    clock.terms = [...clock.terms, termOf(run, clock.metric, at, 'earlier')]
  }
}
