/** Rules about words that the compiler takes for granted: what is exported, how failures are called, what is logged. */

import { lineAt, type House } from './read.ts'
import type { Rule } from './rule.ts'

const isIndex = (path: string): boolean => path.endsWith('/index.ts')

/** Values that a file exports: a type documents its function's signature, so it may stand alone. */
const valueExport = /^export (?:async )?(?:function\*?|const|let|class) ([\w$]+)/gm

/** In how many files besides indexes each word stands. */
function countFiles({ sources }: House): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const file of sources) {
    if (isIndex(file.path)) continue
    for (const word of new Set(file.code.match(/[A-Za-z_$][\w$]*/g))) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

const exportRule: Rule = {
  name: 'what is exported is used by another file',
  find: (house) => {
    const files = countFiles(house)
    return house.sources
      .filter((file) => file.path.startsWith('src/') && !isIndex(file.path))
      .flatMap((file) =>
        [...file.code.matchAll(valueExport)]
          .filter(([, name]) => (files.get(name!) ?? 0) < 2)
          .map((match) => `${file.path}:${lineAt(file.code, match.index)}: nobody imports ${match[1]}; keep it inside`),
      )
  },
}

/** First words of codes that stand in no path, with the folder they belong to. */
const oldNames: Readonly<Record<string, string>> = {
  transition: 'src/platform/transitions/',
  command: 'src/commands/',
}

const codeRule: Rule = {
  name: 'a failure is made where its code belongs: the code begins with a word of the path',
  find: ({ sources }) =>
    sources
      .filter((file) => file.path.startsWith('src/') && !file.isTest)
      .flatMap((file) => {
        const words = file.path.split(/[/.-]/)
        return [...file.code.matchAll(/(?<![.\w])fail\(\s*'/g)].flatMap((match) => {
          const from = match.index + match[0].length
          const code = file.text.slice(from, file.text.indexOf("'", from))
          const owner = code.split('.')[0]!
          if (words.includes(owner) || file.path.startsWith(oldNames[owner] ?? 'nowhere')) return []
          return [`${file.path}:${lineAt(file.code, match.index)}: ${code} is made elsewhere; import it from there`]
        })
      }),
}

const logRule: Rule = {
  name: 'a log message is one text in quotes: data goes into attributes',
  find: ({ sources }) =>
    sources
      .filter((file) => file.path.startsWith('src/'))
      .flatMap((file) =>
        [...file.code.matchAll(/\blog\.(debug|info|warn|error)\(\s*(?=[^'\s])/g)].map(
          (match) => `${file.path}:${lineAt(file.code, match.index)}: the message is not static; move data behind it`,
        ),
      ),
}

const testRule: Rule = {
  name: 'no test is left out or left alone, and none only says that something should be',
  find: ({ sources }) =>
    sources.flatMap((file) =>
      [...file.code.matchAll(/\b(?:test|describe|suite)(\.(?:only|skip|todo))?\(\s*(')?/g)].flatMap((match) => {
        const where = `${file.path}:${lineAt(file.code, match.index)}`
        if (match[1] !== undefined) return [`${where}: ${match[1]} -> mend it, or delete it`]
        const name = match[2] === undefined ? '' : file.text.slice(match.index + match[0].length).split("'")[0]!
        return /^(should|works?|tests?)\b/i.test(name) ? [`${where}: "${name}" -> say what happens`] : []
      }),
    ),
}

export const wordRules: readonly Rule[] = [exportRule, codeRule, logRule, testRule]
