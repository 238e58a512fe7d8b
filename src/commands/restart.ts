/** `restart NAME`: an ordered end of one process and its next start; of `signal`, without the end of a conversation. */

import { readConfig } from '../base/index.ts'
import { restartProcess } from '../processes/index.ts'
import { askProcess } from './ask-process.ts'

const TIMEOUT_MS = 5000

/** Orders it; the exit code is 1 when nobody runs, or there is no such process. */
export async function run([name = '']: readonly string[]): Promise<number> {
  const config = readConfig(process.env)
  if (!config.ok) {
    process.stderr.write(`dialhouse: ${config.failure.message}\n`)
    return 1
  }
  const answer = await askProcess(config.value, 'supervisor', restartProcess, TIMEOUT_MS, { name })
  if (!answer.ok) {
    process.stderr.write(`dialhouse: no installation runs on ${config.value.dataFolder}\n`)
    return 1
  }
  if (!answer.value.ordered) {
    process.stderr.write(`dialhouse: there is no process "${name}" that runs\n`)
    return 1
  }
  process.stdout.write(`${name} is restarted\n`)
  return 0
}
