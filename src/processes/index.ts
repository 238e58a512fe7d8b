/** What programs beside the processes may know of them: the world, which is one, and the commands that ask them. */
export type { ProcessParts, RunningProcess } from './parts.ts'
export {
  auditVerdict,
  crashProcess,
  processHealth,
  processMetrics,
  readyUrl,
  restartProcess,
  supervisedProcesses,
  type ProcessHealth,
  type SupervisedProcess,
} from './topics.ts'
