/** Check of the books: entries sum to zero, balances equal their entries, every charged record is posted once. */

import { silentLog, systemClock, type Config } from '../../base/index.ts'
import { busFolder, createSocketBus } from '../../platform/bus/index.ts'
import { ledgerFaults } from '../../company/ledger/index.ts'
import { fault, good, warning, type Finding } from './finding.ts'

const TIMEOUT_MS = 15_000

/** Asks the charge process of the running installation, the only one that sees every row. */
export async function checkBooks({ dataFolder }: Config): Promise<Finding> {
  const options = { name: `doctor-books-${process.pid}`, clock: systemClock({ keepAlive: true }), log: silentLog }
  const bus = await createSocketBus({ ...options, folder: busFolder(dataFolder) })
  if (!bus.ok) return warning('ledger', bus.failure.message, 'run doctor as the account that runs the installation')
  const answer = await bus.value.request('charge', ledgerFaults, {}, { timeoutMs: TIMEOUT_MS })
  await bus.value.close()
  if (!answer.ok) return warning('ledger', answer.failure.message, 'see the log of the charge process, then ask again')
  const [first] = answer.value
  if (!first) return good('ledger', 'sums to zero; every balance equals its entries, every charge its posting')
  const rules = answer.value.map(({ rule, count }) => `not so ${count} times: ${rule}`).join('; ')
  return fault('ledger', rules, `take a backup now and look at ${first.examples.join(', ')}`)
}
