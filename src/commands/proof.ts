/** `proof`: signalling = rated calls = ledger = invoices of a month; every record that differs is named. */

import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '../base/index.ts'
import { openDb } from '../platform/db/index.ts'
import { canada, proveMonth, type Finding, type Proof } from '../company/billing/index.ts'
import { evidenceFolder, readEvidence } from '../company/ledger/index.ts'
import { withDatabase, type CommandParts } from './with-database.ts'

const usage = 'usage: node dialhouse.mjs proof --month YYYY-MM [--json]\n'

/** Exit code 1 when something differs. */
export async function run(args: readonly string[]): Promise<number> {
  const asked = parsed(args)
  if (!asked) {
    process.stderr.write(usage)
    return 2
  }
  let isGreen = false
  const code = await withDatabase(async (parts) => {
    const proof = await prove(parts, asked.month)
    if (!proof.ok) return proof
    isGreen = proof.value.isGreen
    return ok(asked.isJson ? JSON.stringify(proof.value) : textOf(proof.value))
  })
  return code === 0 && !isGreen ? 1 : code
}

function parsed(args: readonly string[]): { month: string; isJson: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { month: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    if (!values.month || !/^\d{4}-(0[1-9]|1[0-2])$/.test(values.month)) return undefined
    return { month: values.month, isJson: values.json }
  } catch {
    return undefined
  }
}

async function prove({ config, clock, log, adminUrl }: CommandParts, month: string): Promise<Result<Proof>> {
  const opened = await openDb({ url: adminUrl, role: 'office', clock, log, max: 4 })
  if (!opened.ok) return opened
  const db = opened.value
  try {
    const provider = await db.asService(
      (tx) => tx<{ path: string }[]>`select path from tenant where kind = 'provider' order by path limit 1`,
    )
    if (!provider[0]) return fail('proof.no_provider', 'there is no provider yet, and nothing to prove')
    const folder = evidenceFolder(config.dataFolder)
    const evidence = (months: readonly string[]) => readEvidence(folder, months)
    return ok(await proveMonth({ db, tenantPath: provider[0].path, taxes: [canada], evidence }, month))
  } finally {
    await db.close()
  }
}

const LISTED = 50

function textOf(proof: Proof): string {
  const { month, isGreen, calls, invoices, findings } = proof
  const states = Object.entries(proof.equalities).map(([name, state]) => `  ${name.padEnd(12)}${state}`)
  const listed = findings.slice(0, LISTED).map(lineOf)
  const more = findings.length > LISTED ? [`  and ${findings.length - LISTED} more`] : []
  const head = `${month}: ${calls} calls, ${invoices} invoices: ${isGreen ? 'green' : 'red'}`
  return [head, ...states, ...listed, ...more].join('\n')
}

function lineOf({ record, id, message }: Finding): string {
  return `  ${record} ${id}: ${message}`
}
