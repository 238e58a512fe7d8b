/** The pages say what is so: ARCHITECTURE.md's picture is that of floors.ts, every file that a page names exists. */

import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { floors, type Floor } from '../src/floors.ts'

const home = join(import.meta.dirname, '..')
const textOf = (path: string): string => readFileSync(join(home, path), 'utf8')

function lineOf({ name, modules, ordered }: Floor, level: number): string {
  const short = (path: string): string => path.split('/').at(-1)!
  const chain = ordered.map(short).join(' < ')
  const loose = modules.filter((it) => !ordered.includes(it)).map(short)
  return `${level}  ${name.padEnd(13)}${[chain, ...loose].filter(Boolean).join('   ')}`
}

test('the picture of the house is that of floors.ts', () => {
  const picture = floors.map(lineOf).toReversed().join('\n')
  const shown = /<!-- floors -->\n```\n([\s\S]*?)\n```\n<!-- \/floors -->/.exec(textOf('ARCHITECTURE.md'))?.[1]
  assert.equal(shown, picture)
})

test('at least ten changes are named, each with one file that exists', () => {
  const table = textOf('ARCHITECTURE.md').split('## Ten changes')[1]!
  const rows = [...table.matchAll(/^\| (?!To \||---)(.+) \| `([^`]+)` \|$/gm)]
  assert.ok(rows.length >= 10, `${rows.length} changes`)
  for (const [, change, file] of rows) assert.ok(existsSync(join(home, file!)), `${change}: there is no ${file}`)
})

test('every path that a page names exists', () => {
  const pages = [...globSync(['*.md', 'docs/**/*.md', 'src/**/README.md'], { cwd: home })].filter(
    (page) => !page.includes('node_modules'),
  )
  for (const page of pages) {
    const named = textOf(page).matchAll(/`((?:src|test|docs|migrations|deploy|assets)\/[\w./-]+)`/g)
    for (const [, path] of named) {
      if (path!.includes('NNNN')) continue
      assert.ok(existsSync(join(home, path!)), `${page} names ${path}, which is not there`)
    }
    for (const [, link] of textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      assert.ok(existsSync(join(home, page, '..', link!)), `${page} links to ${link}, which is not there`)
    }
  }
})
