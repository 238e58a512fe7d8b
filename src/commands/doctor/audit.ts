/** Check of the audit trail: the chain of hashes shows whether an entry was changed, put in or taken out. */

import type { Config } from '../../base/index.ts'
import type { AuditVerdict } from '../../platform/identity/index.ts'
import { auditVerdict } from '../../processes/index.ts'
import { askProcess } from '../ask-process.ts'
import { fault, good, warning, type Finding } from './finding.ts'

const TIMEOUT_MS = 120_000

/** Asks the office of the running installation to follow the whole chain. */
export async function checkAudit(config: Config): Promise<Finding> {
  const answer = await askProcess(config, 'office', auditVerdict, TIMEOUT_MS)
  if (answer.ok) return judgeAudit(answer.value)
  return warning(
    'audit trail',
    answer.failure.message,
    'run doctor as the account of the installation, or see its logs',
  )
}

/** What an operator is told of a verdict. */
export function judgeAudit({ sealed, unsealed, fault: broken }: AuditVerdict): Finding {
  if (!broken) return good('audit trail', `${sealed} entries sealed and untouched, ${unsealed} about to be sealed`)
  const where = broken.entryId === undefined ? '' : ` at entry ${broken.entryId}`
  return fault(
    'audit trail',
    `its chain is broken${where}: ${broken.reason}`,
    'somebody changed the database itself: keep a copy of it as it is, and compare with the last backup',
  )
}
