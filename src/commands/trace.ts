/** `trace CALL [--pcap FILE]`: the SIP messages of a call as a ladder in the terminal, or as a capture. */

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readConfig } from '../base/index.ts'
import { flushTrace } from '../company/switch/index.ts'
import { drawLadder, findCallTrace, writeLadder, writePcap } from '../network/trace/index.ts'
import { traceFolder } from '../processes/trace-folder.ts'
import { askProcess } from './ask-process.ts'

const PATIENCE_MS = 1000

/** Works on a running and on a stopped installation; `CALL` is a call's id or a SIP Call-ID. */
export async function run(args: readonly string[]): Promise<number> {
  const config = readConfig(process.env)
  if (!config.ok) return refuse(config.failure.message)
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { pcap: { type: 'string' } },
  })
  const [id] = positionals
  if (id === undefined) return refuse('usage: node dialhouse.mjs trace CALL [--pcap FILE], CALL as the portal shows it')
  await askProcess(config.value, 'signal', flushTrace, PATIENCE_MS)
  const trace = await findCallTrace(traceFolder(config.value.dataFolder), id)
  if (!trace) return refuse(`no SIP messages of ${id} are kept on ${config.value.dataFolder}`)
  if (values.pcap !== undefined) {
    writeFileSync(values.pcap, writePcap(trace.messages))
    process.stdout.write(`${trace.messages.length} messages written to ${values.pcap}\n`)
    return 0
  }
  process.stdout.write(writeLadder(drawLadder(trace.messages), { isColoured: process.stdout.isTTY }))
  return 0
}

function refuse(message: string): number {
  process.stderr.write(`dialhouse: ${message}\n`)
  return 1
}
