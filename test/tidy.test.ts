/** Executes the style: every rule of test/tidy/rules.ts on the whole house, and each rule on a planted fault. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { houseOf, readHouse } from './tidy/read.ts'
import { rules } from './tidy/rules.ts'

const house = readHouse(join(import.meta.dirname, '..'))

describe('tidy', () => {
  for (const rule of rules) {
    test(rule.name, () => {
      const faults = rule.find(house)
      assert.ok(faults.length === 0, `${faults.length} faults\n${faults.join('\n')}\n`)
    })
  }
})

type Planted = { readonly fault: string; readonly texts: Readonly<Record<string, string>> }

const header = '/** A file. */\n'
const sip = 'src/network/sip/a.ts'

/** One small house for every way to break a rule, with the beginning of what must be said about it. */
const planted: readonly Planted[] = [
  {
    fault: `${sip}:2: network/sip may not see company/switch`,
    texts: { [sip]: `${header}import { a } from '../../company/switch/index.ts'\n` },
  },
  {
    fault: 'src/company/switch/a.ts:1: import src/base/index.ts, not a file behind it',
    texts: { 'src/company/switch/a.ts': "import { now } from '../../base/clock.ts'\n" },
  },
  {
    fault: 'src/doors/portal/a.tsx:1: the portal takes only types',
    texts: { 'src/doors/portal/a.tsx': "import { operations } from '../../company/switch/operations.ts'\n" },
  },
  {
    fault: `${sip}:1: only tests import from test/`,
    texts: { [sip]: "import { a } from '../../../test/a.ts'\n" },
  },
  { fault: 'src/lost/a.ts: belongs to no module', texts: { 'src/lost/a.ts': '' } },
  {
    fault: 'src/base/a.ts -> src/base/b.ts -> src/base/a.ts',
    texts: { 'src/base/a.ts': "import { b } from './b.ts'\n", 'src/base/b.ts': "import type { A } from './a.ts'\n" },
  },
  { fault: 'src/base/a.ts: nothing uses it', texts: { 'src/base/a.ts': '' } },
  { fault: 'src/base: has no README.md', texts: { 'src/base/index.ts': '' } },
  { fault: 'src/base: has no index.ts', texts: { 'src/base/a.ts': '' } },
  { fault: 'src/base/README.md: more than 40', texts: { 'src/base/a.ts': '', 'src/base/README.md': '#\n'.repeat(41) } },
  { fault: 'src/base/index.ts:2: an index only re-exports', texts: { 'src/base/index.ts': `${header}const a = 1\n` } },
  { fault: 'src/base/a.ts: 403 lines', texts: { 'src/base/a.ts': '\n'.repeat(402) } },
  { fault: 'src/base/a.ts:1: 121 characters', texts: { 'src/base/a.ts': 'x'.repeat(121) } },
  {
    fault: 'src/base/a.ts:1: a function of 71 lines',
    texts: { 'src/base/a.ts': `export function a(\n  b: string,\n): void {\n${'  b\n'.repeat(67)}}\n` },
  },
  {
    fault: 'src/base/a.ts:2: a function of 72 lines',
    texts: { 'src/base/a.ts': `class A {\n  async #b(c: string): Promise<void> {\n${'    c\n'.repeat(70)}  }\n}\n` },
  },
  { fault: 'src/base/a.ts:2: new Date -> Clock', texts: { 'src/base/a.ts': '// new Date\nnew Date()\n' } },
  { fault: 'src/base/a.ts:1: Math.random', texts: { 'src/base/a.ts': '`${`a${Math.random()}`}`' } },
  { fault: 'src/base/a.ts:2: console.', texts: { 'src/base/a.ts': 'const quote = /[\'"`]/\nconsole.log()' } },
  { fault: 'src/base/a.ts:1: process.env -> Config', texts: { 'src/base/a.ts': "process.env['A']" } },
  { fault: 'src/base/a.ts:1: setTimeout( -> clock', texts: { 'src/base/a.ts': 'setTimeout(a, 1)' } },
  { fault: 'src/base/call-helpers.ts: says nothing', texts: { 'src/base/call-helpers.ts': '' } },
  { fault: 'src/base/callLeg.ts: is not kebab-case', texts: { 'src/base/callLeg.ts': '' } },
  { fault: 'src/base/a.ts:1: begin with', texts: { 'src/base/a.ts': 'export const a = 1' } },
  { fault: 'src/base/a.ts:3: an exported function', texts: { 'src/base/a.ts': `${header}\nexport function a() {}` } },
  { fault: 'docs/a.md:1: "RFC3" -> RFC 3261 §17.2.1', texts: { 'docs/a.md': 'RFC3261' } },
  { fault: 'docs/a.md:1: "RFC 3261 section"', texts: { 'docs/a.md': 'RFC 3261 section 17' } },
  {
    fault: 'migrations/1.sql:3: table b has no tenant_id',
    texts: {
      'migrations/1.sql': 'create table a (\n  tenant_id uuid\n); create table b (\n  id uuid -- tenant_id\n);',
    },
  },
  { fault: 'migrations/1.sql:1: now() in SQL', texts: { 'migrations/1.sql': 'default now()' } },
  { fault: 'src/base/a.ts:2: nobody imports lost', texts: { 'src/base/a.ts': `${header}export const lost = 1\n` } },
  { fault: 'src/base/a.ts:1: http.no is made elsewhere', texts: { 'src/base/a.ts': "fail('http.no', 'no')" } },
  { fault: 'src/base/a.ts:1: the message is not static', texts: { 'src/base/a.ts': 'log.warn(`lost ${a}`)' } },
  { fault: 'src/base/a.test.ts:1: .only', texts: { 'src/base/a.test.ts': "test.only('a')" } },
  { fault: 'src/base/a.test.ts:1: "works well"', texts: { 'src/base/a.test.ts': "test('works well', f)" } },
  { fault: 'src/base/a.ts:1: now() in SQL', texts: { 'src/base/a.ts': 'tx`select now()`; clock.now(); now()' } },
]

describe('tidy finds what is planted', () => {
  for (const { fault, texts } of planted) {
    test(fault, () => {
      const faults = rules.flatMap((rule) => rule.find(houseOf(new Map(Object.entries(texts)))))
      assert.ok(
        faults.some((found) => found.startsWith(fault)),
        `found only\n${faults.join('\n')}\n`,
      )
    })
  }
  test('and is content with a small tidy house', () => {
    const texts = {
      'src/main.ts': `${header}import { a } from './base/index.ts'\n`,
      'src/base/README.md': '# Base\n',
      'src/base/index.ts': `${header}export { a } from './a.ts'\n`,
      'src/base/a.ts': `${header}\n/** A (RFC 3261 §17.2.1). */\nexport const a = () => clock.now() // Math.random\n`,
      'migrations/0001.sql': 'create table a (\n  tenant_id uuid not null\n);\n',
    }
    assert.deepEqual(
      rules.flatMap((rule) => rule.find(houseOf(new Map(Object.entries(texts))))),
      [],
    )
  })
})
