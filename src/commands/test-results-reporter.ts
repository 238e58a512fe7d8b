/** A reporter of node:test: the outcome of each test as one JSON document; read by `requirements` and `test`. */

import type { TestEvent } from 'node:test/reporters'

export type TestOutcome = {
  readonly name: string
  readonly file: string
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'todo'
  readonly durationMs: number
}

/** Collects every event and yields the whole at the end. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const tests: TestOutcome[] = []
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    // A suite is not a test: its tests are reported themselves.
    if (data.details.type === 'suite') continue
    const outcome =
      data.skip !== undefined && data.skip !== false
        ? 'skipped'
        : data.todo !== undefined && data.todo !== false
          ? 'todo'
          : type === 'test:pass'
            ? 'passed'
            : 'failed'
    tests.push({ name: data.name, file: data.file ?? '', outcome, durationMs: Math.round(data.details.duration_ms) })
  }
  yield `${JSON.stringify({ node: process.version, platform: process.platform, tests }, undefined, 1)}\n`
}
