/** The rules of STYLE.md that a program can check. Each finds its faults in a house and says what to do instead. */

import { posix } from 'node:path'
import { floors } from '../../src/floors.ts'
import { lineAt, type House, type SourceFile } from './read.ts'
import type { Rule } from './rule.ts'
import { wordRules } from './word-rules.ts'

const FILE_LINES = 400
const FUNCTION_LINES = 70
const TABLE_LINES = 100
const LINE_WIDTH = 120
const INDEX_LINES = 80
const README_LINES = 40

const modules = floors.flatMap((floor) => floor.modules)

/** The module that a file belongs to, or undefined for the few files above all floors. */
function moduleOf(path: string): string | undefined {
  return modules.find((name) => path.startsWith(`src/${name}/`))
}

/** Files that may import anything: the command line and the tests across modules. */
function isAboveFloors(path: string): boolean {
  return path === 'src/main.ts' || path.startsWith('src/commands/') || path.startsWith('test/')
}

/** Whether `from` stands above `to`: on a higher floor, or later on the same floor where `to` is open to its floor. */
function isAbove(from: string, to: string): boolean {
  const level = (name: string): number => floors.findIndex((floor) => floor.modules.includes(name))
  if (level(from) !== level(to)) return level(from) > level(to)
  const { modules: order, ordered } = floors[level(to)]!
  return ordered.includes(to) && order.indexOf(to) < order.indexOf(from)
}

/** Modules of which the browser may use values; of all others it sees the types of their operations only. */
const openToPortal = ['base', 'network/sdp', 'network/sip']
/** The API's client is written for the browser: it imports types alone. */
const apiClient = 'src/platform/http/client.ts'

function importFault(file: SourceFile, target: string, typeOnly: boolean): string | undefined {
  const from = moduleOf(file.path)
  const to = moduleOf(target)
  if (target.startsWith('test/')) return file.isTest ? undefined : 'only tests import from test/'
  if (!to || from === to) return undefined
  if (from === 'doors/portal' && typeOnly && target === `src/${to}/operations.ts`) return undefined
  if (from === 'doors/portal' && target === apiClient) return undefined
  if (from === 'doors/portal' && !openToPortal.includes(to)) {
    return `the portal takes only types of src/${to}/operations.ts (import type)`
  }
  if (!isAbove(from!, to)) return `${from} may not see ${to}: declare an interface here and wire it in processes/`
  const isOpen = target === `src/${to}/index.ts` || (file.isTest && target === `src/${to}/testing.ts`)
  return isOpen ? undefined : `import src/${to}/index.ts, not a file behind it`
}

const floorRule: Rule = {
  name: 'a module imports only modules below it, and only their index.ts',
  find: ({ sources }) =>
    sources
      .filter((file) => !isAboveFloors(file.path) && file.path !== 'src/floors.ts')
      .flatMap((file) => {
        if (!moduleOf(file.path)) return [`${file.path}: belongs to no module of src/floors.ts`]
        return file.imports
          .filter((it) => it.target.includes('/') && /^(src|test)\//.test(it.target))
          .map((it) => ({ line: it.line, fault: importFault(file, it.target, it.typeOnly) }))
          .filter((it) => it.fault)
          .map((it) => `${file.path}:${it.line}: ${it.fault}`)
      }),
}

const cycleRule: Rule = {
  name: 'files do not import each other in circles',
  find: ({ sources }) => {
    const byPath = new Map(sources.map((file) => [file.path, file]))
    const state = new Map<string, 'open' | 'done'>()
    const faults: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'open') faults.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      const file = byPath.get(path)
      if (!file || state.has(path)) return
      state.set(path, 'open')
      for (const it of file.imports) visit(it.target, [...trail, path])
      state.set(path, 'done')
    }
    for (const file of sources) visit(file.path, [])
    return faults
  },
}

/** Files that something outside the sources starts: the command line, tests, package.json, the portal's pages. */
function isEntry(path: string, house: House): boolean {
  if (path === 'src/main.ts' || /\.test\.tsx?$/.test(path) || path.endsWith('vite.config.ts')) return true
  const named = [...house.texts].filter(([name]) => /^package\.json$|\.html$|\.mjs$/.test(name)).map(([, text]) => text)
  return named.some((text) => text.includes(path) || text.includes(`/${posix.basename(path)}"`))
}

/** Files that a source names in a string: workers, entries of a bundle, commands. */
function namedFiles(file: SourceFile): string[] {
  const names = file.strings.match(/[\w./-]+\.tsx?(?=\s|$)/g) ?? []
  return names.flatMap((name) => [posix.join(posix.dirname(file.path), name), posix.join(name)])
}

const unusedRule: Rule = {
  name: 'every source file is reached from a command, a test or a page',
  find: (house) => {
    const byPath = new Map(house.sources.map((file) => [file.path, file]))
    const reached = new Set<string>()
    const reach = (path: string): void => {
      const file = byPath.get(path)
      if (!file || reached.has(path)) return
      reached.add(path)
      for (const target of [...file.imports.map((it) => it.target), ...namedFiles(file)]) reach(target)
    }
    for (const { path } of house.sources) if (isEntry(path, house)) reach(path)
    return house.sources
      .filter(({ path }) => !reached.has(path))
      .map(({ path }) => `${path}: nothing uses it; delete it`)
  },
}

const moduleRule: Rule = {
  name: `a module has an index.ts (re-exports, < ${INDEX_LINES} lines) and a README.md (<= ${README_LINES} lines)`,
  find: ({ texts, sources }) =>
    modules
      .filter((name) => sources.some((file) => moduleOf(file.path) === name))
      .flatMap((name) => {
        const faults: string[] = []
        const readme = texts.get(`src/${name}/README.md`)
        if (readme === undefined) faults.push(`src/${name}: has no README.md: what it is, nouns, invariants, events`)
        else if (readme.trimEnd().split('\n').length > README_LINES) {
          faults.push(`src/${name}/README.md: more than ${README_LINES} lines`)
        }
        const index = sources.find((file) => file.path === `src/${name}/index.ts`)
        // Nobody imports the top floors and the portal: they are started.
        if (!index && !['processes', 'world', 'doors/portal'].includes(name))
          faults.push(`src/${name}: has no index.ts`)
        if (!index) return faults
        if (index.lines.length > INDEX_LINES) faults.push(`${index.path}: ${INDEX_LINES} lines or more`)
        const isReexport = /^(export (type )?(\{|\*).*|\s+(type )?[\w$]+( as [\w$]+)?,|\} from '.*'|\s*)$/
        const own = index.code.split('\n').findIndex((line) => !isReexport.test(line))
        if (own >= 0) faults.push(`${index.path}:${own + 1}: an index only re-exports; give this a file of its own`)
        return faults
      }),
}

/** First and last line (from 0) of every function in formatted code, by its indentation. */
function functionsOf(file: SourceFile): { first: number; last: number }[] {
  const lines = file.code.split('\n')
  const opens = /(\bfunction\b.*[({]$|=> \{$|^\s*(async |static |get |set |#|\*)*[\w$#]+(<.*>)?\(.*\{$)/
  const isControl = /^\s*(\} )?(if|for|while|switch|catch|else|do|return|await|test|describe|suite)\b/
  const found: { first: number; last: number }[] = []
  lines.forEach((line, first) => {
    if (!opens.test(line) || isControl.test(line)) return
    const indent = line.length - line.trimStart().length
    for (let last = first + 1; last < lines.length; last++) {
      const end = lines[last]!
      if (end.length - end.trimStart().length !== indent || !/^\s*[})\]]/.test(end) || /[{(]$/.test(end)) continue
      found.push({ first, last })
      return
    }
  })
  return found
}

const lengthRule: Rule = {
  name: `files have <= ${FILE_LINES} lines of <= ${LINE_WIDTH} characters, functions <= ${FUNCTION_LINES} lines`,
  find: ({ texts, sources }) => [
    ...sources
      .filter((file) => file.lines.length > FILE_LINES + 1 && !file.text.startsWith('/** Generated'))
      .map((file) => `${file.path}: ${file.lines.length} lines; give each concept its own file`),
    ...[...texts]
      .filter(([path]) => /\.(ts|tsx|mjs|sql)$/.test(path))
      .flatMap(([path, text]) => text.split('\n').map((line, at) => ({ path, at, width: line.length })))
      .filter((line) => line.width > LINE_WIDTH)
      .map((line) => `${line.path}:${line.at + 1}: ${line.width} characters wide`),
    ...sources
      .filter((file) => !file.isTest)
      .flatMap((file) => {
        const most = /(^|\/)(tables|operations|.*-table)\.ts$/.test(file.path) ? TABLE_LINES : FUNCTION_LINES
        return functionsOf(file)
          .filter(({ first, last }) => last - first + 1 > most)
          .map(
            ({ first, last }) =>
              `${file.path}:${first + 1}: a function of ${last - first + 1} lines; cut it at its steps`,
          )
      }),
  ],
}

type Ban = {
  readonly pattern: RegExp
  readonly instead: string
  /** Paths where it is right. */
  readonly except?: RegExp
}

const tests = String.raw`\.test\.tsx?$|^test/`
const bans: readonly Ban[] = [
  {
    pattern: /\bnew Date\b|\bDate\.|\bDate\(|[:<|] ?Date\b/g,
    instead: 'Clock and Temporal',
    except: /base\/clock\.ts$/,
  },
  { pattern: /\bTemporal\.Now\b/g, instead: 'clock.now()' },
  {
    pattern: /(?<![.\w])(setTimeout|setInterval)\(/g,
    instead: 'clock.after and clock.every',
    except: new RegExp(`base/clock.ts$|^src/doors/portal/|${tests}`),
  },
  {
    pattern: /\bperformance\.now\b/g,
    instead: 'clock.monotonic()',
    except: new RegExp(`base/clock.ts$|^src/doors/portal/|${tests}`),
  },
  { pattern: /\bMath\.random\b/g, instead: 'RandomBytes (base/ids.ts)' },
  { pattern: /\brandomUUID\b/g, instead: 'newId(clock)' },
  { pattern: /\bparseFloat\b/g, instead: 'parseMicros, parseNanos or Number' },
  { pattern: /\bconsole\./g, instead: 'Log; commands write to process.stdout' },
  {
    pattern: /\bprocess\.env\b/g,
    instead: 'Config, handed in',
    except: new RegExp(
      `^src/(main|commands/.*|processes/.*/(run|spawn-detached|test-.*)|world/run)\\.ts$|vite|${tests}`,
    ),
  },
  { pattern: /\bprocess\.exit\(/g, instead: 'process.exitCode and a clean end' },
  { pattern: /^\s*(export )?(const )?(enum|namespace) /gm, instead: 'a union of texts; modules' },
]

const banRule: Rule = {
  name: 'banned names are not used',
  find: ({ sources }) =>
    sources.flatMap((file) =>
      bans
        .filter((ban) => !ban.except?.test(file.path))
        .flatMap((ban) => [...file.code.matchAll(ban.pattern)].map((match) => ({ ban, match })))
        .map(
          ({ ban, match }) => `${file.path}:${lineAt(file.code, match.index)}: ${match[0].trim()} -> ${ban.instead}`,
        ),
    ),
}

const nameRule: Rule = {
  name: 'a file is named after what it does, in kebab-case',
  find: ({ sources }) =>
    sources.flatMap(({ path }) => {
      const name = posix.basename(path)
      if (/(^|[-.])(utils?|helpers?|managers?|common|misc)([-.]|$)/.test(name)) {
        return [`${path}: says nothing; name it after the act or the noun it holds`]
      }
      return /^[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(name) ? [] : [`${path}: is not kebab-case`]
    }),
}

const commentRule: Rule = {
  name: 'a file says what it is, and an exported function what it does',
  find: ({ sources }) =>
    sources
      .filter((file) => file.path.endsWith('.ts') && !file.isTest)
      .flatMap((file) => [
        ...(file.text.startsWith('/**') ? [] : [`${file.path}:1: begin with /** what this file is */`]),
        ...file.lines.flatMap((line, at) =>
          /^export (async )?function\*? /.test(line) && !/^( \*\/|\/\*\*.*\*\/)$/.test(file.lines[at - 1] ?? '')
            ? [`${file.path}:${at + 1}: an exported function needs a sentence above it`]
            : [],
        ),
      ]),
}

const misspeltCitations = [
  /\bRFC-?\d/g,
  /\bRFC {2,}\d/g,
  /\bRFC \d+,? (section|sec\.|chapter)/gi,
  /\bRFC \d+(, ?| ?§ )\d/g,
]

const citationRule: Rule = {
  name: 'RFCs are cited as "RFC 3261 §17.2.1"',
  find: ({ texts }) =>
    [...texts]
      .filter(([path]) => /\.(ts|tsx|sql|md)$/.test(path) && !path.startsWith('test/tidy'))
      .flatMap(([path, text]) =>
        misspeltCitations
          .flatMap((pattern) => [...text.matchAll(pattern)])
          .map((match) => `${path}:${lineAt(text, match.index)}: "${match[0]}" -> RFC 3261 §17.2.1`),
      ),
}

/** Tables that belong to the installation, not to a tenant; each was looked at. */
const tablesOfNobody: Readonly<Record<string, string>> = {
  schema_migration: 'what was done to the schema, written before any tenant exists',
}

const tenantRule: Rule = {
  name: 'every table has a tenant_id column',
  find: ({ texts }) =>
    migrationsOf(texts).flatMap(({ path, text }) =>
      [...text.matchAll(/create\s+table\s+(?:if\s+not\s+exists\s+)?([\w.]+)\s*\(([\s\S]*?)\n\s*\)/gi)]
        .filter(([, name, columns]) => !Object.hasOwn(tablesOfNobody, name!) && !/^\s*tenant_id\s/m.test(columns!))
        .map((match) => `${path}:${lineAt(text, match.index)}: table ${match[1]} has no tenant_id column`),
    ),
}

const sqlClock =
  /(?<![.\w])(now|random|clock_timestamp|statement_timestamp|gen_random_uuid|uuidv7)\(\)|\bcurrent_timestamp\b/gi

const sqlClockRule: Rule = {
  name: 'SQL reads no clock and draws no random ids: pass the instant and the id in',
  find: ({ texts, sources }) =>
    [
      ...migrationsOf(texts),
      ...sources
        .filter(({ path }) => !path.startsWith('test/tidy'))
        .map(({ path, strings }) => ({ path, text: strings })),
    ].flatMap(({ path, text }) =>
      [...text.matchAll(sqlClock)].map((match) => `${path}:${lineAt(text, match.index)}: ${match[0]} in SQL`),
    ),
}

/** The migrations without their comments, lines kept. */
function migrationsOf(texts: ReadonlyMap<string, string>): { path: string; text: string }[] {
  return [...texts]
    .filter(([path]) => path.startsWith('migrations/') && path.endsWith('.sql'))
    .map(([path, text]) => ({ path, text: text.replace(/--.*$/gm, '') }))
}

export const rules: readonly Rule[] = [
  floorRule,
  cycleRule,
  unusedRule,
  moduleRule,
  lengthRule,
  banRule,
  nameRule,
  commentRule,
  citationRule,
  tenantRule,
  sqlClockRule,
  ...wordRules,
]
