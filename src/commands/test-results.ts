/** The results of the last full run of the tests. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestOutcome } from './test-results-reporter.ts'

/** Written by full runs only: a part of the tests proves nothing about the rest. */
export const resultsFile = join(import.meta.dirname, '../../dist/test-results.json')

/** Written by runs of a part of the tests. */
export const partFile = join(import.meta.dirname, '../../dist/test-results-part.json')

/** Every test of a results file; undefined when there is none, or none that can be read. */
export function readResults(path: string = resultsFile): readonly TestOutcome[] | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { tests: readonly TestOutcome[] }).tests
  } catch {
    return undefined
  }
}
