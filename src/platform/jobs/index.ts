/** Work put aside in a transaction and done afterwards, at times or at once; events handed on from the outbox. */
export { jobKind, type JobKind } from './job-kind.ts'
export { enqueue, enqueueMany, type NewJob } from './enqueue.ts'
export { handling, type JobHandling, type JobOutcome, type RunningJob } from './handling.ts'
export { createWorker, type Worker, type WorkerOptions } from './worker.ts'
export { schedule, type Schedule } from './schedules.ts'
export { isPlan, nextRun, type Plan } from './plan.ts'
export {
  countJobs,
  deadJobs,
  forgetDoneJobs,
  reviveJobs,
  type DeadJob,
  type JobCount,
  type JobState,
} from './look-at-jobs.ts'
export { forgetPublishedEvents, writeEvents, type NewEvent } from './write-events.ts'
export { createOutboxRelay, type OutboxEvent, type OutboxRelay, type OutboxRelayOptions } from './outbox-relay.ts'
