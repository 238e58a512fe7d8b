/** `requirements`: what docs/requirements.md claims, held against the results of the last full test run. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readResults } from './test-results.ts'

const page = join(import.meta.dirname, '../../docs/requirements.md')

export type State = 'proven' | 'works' | 'partial' | 'planned'
export type Claim = { readonly id: string; readonly text: string; readonly state: State }
/** `state` is what may be said: the claim where a passed test bears it out, else `planned`. */
export type Checked = Claim & { readonly claimed: State; readonly tests: readonly string[] }

const row = /^\| ([RF]\d+) \| (.+) \| (proven|works|partial|planned) \|$/gm

/** The lines of the page. */
export function readClaims(text: string = readFileSync(page, 'utf8')): readonly Claim[] {
  return [...text.matchAll(row)].map(([, id, what, state]) => ({ id: id!, text: what!, state: state as State }))
}

type Outcome = { readonly name: string; readonly outcome: string }

/** Every claim with the passed tests that carry its number; a skipped test proves nothing. */
export function checkClaims(claims: readonly Claim[], results: readonly Outcome[]): readonly Checked[] {
  const passedBy = new Map<string, string[]>()
  for (const { name, outcome } of results) {
    if (outcome !== 'passed') continue
    for (const id of numbersIn(name)) passedBy.set(id, [...(passedBy.get(id) ?? []), name])
  }
  // A number is not borne out while another test that carries it fails.
  const failed = new Set(results.filter((it) => it.outcome === 'failed').flatMap((it) => numbersIn(it.name)))
  return claims.map((claim) => {
    const tests = failed.has(claim.id) ? [] : (passedBy.get(claim.id) ?? [])
    return { ...claim, claimed: claim.state, state: tests.length > 0 ? claim.state : 'planned', tests }
  })
}

/** The numbers that a test's name begins with: `R34 F33 the report equals the invoice`. */
function numbersIn(name: string): string[] {
  return /^((?:[RF]\d+[ ,]+)*)/.exec(name)![1]!.match(/[RF]\d+/g) ?? []
}

/** `requirements [--json]`: exit code 1 when the page claims more than the last full run has shown. */
export async function run(args: readonly string[]): Promise<number> {
  const results = readResults()
  if (!results) process.stderr.write('dialhouse: there are no results of a full test run yet; run "npm test"\n')
  const checked = checkClaims(readClaims(), results ?? [])
  const excess = checked.filter((it) => it.claimed !== it.state)
  if (args.includes('--json')) {
    const requirements = checked.map(({ id, state, tests }) => ({ id, state, tests }))
    process.stdout.write(`${JSON.stringify({ requirements })}\n`)
  } else {
    process.stdout.write(table(checked))
  }
  for (const it of excess) {
    process.stderr.write(`dialhouse: ${it.id} is said to be ${it.claimed}, and no passed test carries its number\n`)
  }
  return results && excess.length > 0 ? 1 : 0
}

function table(checked: readonly Checked[]): string {
  const states: readonly State[] = ['proven', 'works', 'partial', 'planned']
  const counts = states.map((state) => `${checked.filter((it) => it.state === state).length} ${state}`)
  const lines = checked
    .filter((it) => it.state !== 'planned')
    .map((it) => `${it.id.padEnd(5)}${it.state.padEnd(9)}${it.text} (${it.tests.length} tests)`)
  return `${[...lines, counts.join(', ')].join('\n')}\n`
}
