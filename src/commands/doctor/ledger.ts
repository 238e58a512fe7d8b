/** Check of the books: entries sum to zero, balances equal their entries, every charged record is posted once. */

import type { Config } from '../../base/index.ts'
import { ledgerFaults } from '../../company/ledger/index.ts'
import { askProcess } from '../ask-process.ts'
import { fault, good, warning, type Finding } from './finding.ts'

const TIMEOUT_MS = 15_000

/** Asks the charge process of the running installation, the only one that sees every row. */
export async function checkBooks(config: Config): Promise<Finding> {
  const answer = await askProcess(config, 'charge', ledgerFaults, TIMEOUT_MS)
  if (!answer.ok) {
    return warning('ledger', answer.failure.message, 'run doctor as the account of the installation, or see its logs')
  }
  const [first] = answer.value
  if (!first) return good('ledger', 'sums to zero; every balance equals its entries, every charge its posting')
  const rules = answer.value.map(({ rule, count }) => `not so ${count} times: ${rule}`).join('; ')
  return fault('ledger', rules, `take a backup now and look at ${first.examples.join(', ')}`)
}
