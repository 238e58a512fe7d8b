/**
 * A process for the supervisor's tests: answers health like a real one, leaves on SIGTERM, and does what its
 * name says: `failing` ends at once with a reason, `deaf` does not hear SIGTERM.
 */

import { createLog, createMetrics, systemClock } from '../../base/index.ts'
import { createSocketBus } from '../../platform/bus/index.ts'
import { serveHealth } from '../health.ts'
import { readyUrl } from '../topics.ts'

const [name = '', folder = '', behaviour = ''] = process.argv.slice(2)
const clock = systemClock({ keepAlive: true })
const log = createLog({ clock, process: name })
if (behaviour === 'failing') {
  log.error('this process cannot run', { reason: 'the moon is missing' })
  process.exitCode = 1
} else {
  const bus = await createSocketBus({ name, folder, clock, log })
  if (bus.ok) {
    serveHealth(bus.value, clock, createMetrics(), () => [])
    if (name === 'world') bus.value.serve(readyUrl, () => ({ url: 'http://127.0.0.1:1/demo' }))
    process.once('SIGTERM', () => {
      log.info('stopped')
      if (behaviour !== 'deaf') void bus.value.close()
    })
  } else {
    log.error('this process cannot run', { reason: bus.failure.message })
    process.exitCode = 1
  }
}
