/** The folder of a PostgreSQL cluster: made once, looked at before every start. */

import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../base/index.ts'
import { makePrivateFolder, type Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import type { StartFailure } from './errors.ts'

export type ClusterOptions = {
  /** Absolute path of the cluster. */
  readonly folder: string
  readonly binaries: Binaries
  readonly account: Account | undefined
  /** False skips waiting for the disk: only for clusters that live as long as a test. */
  readonly isDurable: boolean
}

/** The environment of PostgreSQL's programs: nothing of ours, and no language of the machine. */
export const serverEnvironment: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Makes the cluster when there is none, and refuses one that these binaries cannot run. */
export async function prepareCluster(options: ClusterOptions): Promise<Result<true, StartFailure>> {
  const { folder, binaries } = options
  const versionFile = join(folder, 'PG_VERSION')
  if (!existsSync(versionFile)) {
    if (existsSync(folder) && readdirSync(folder).length > 0) {
      return fail('db.foreign_cluster', `${folder} holds files, but no PostgreSQL cluster; move them away`)
    }
    return createCluster(options)
  }
  const found = readFileSync(versionFile, 'utf8').trim()
  if (found === String(binaries.major)) return ok(true)
  return fail(
    'db.other_version',
    `${folder} was made by PostgreSQL ${found} and this is ${binaries.major}: start the version of Dialhouse that ` +
      'made it, run "dialhouse backup", and restore that file into an empty data folder',
  )
}

/** Makes it under another name first, so that a cluster that was cut off is never used. */
async function createCluster(options: ClusterOptions): Promise<Result<true, StartFailure>> {
  const { folder, binaries, account, isDurable } = options
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  makePrivateFolder(unfinished, account)
  const args = ['-D', unfinished, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-instructions']
  // The built-in provider knows UTF-8 letters on every machine, whatever locales are installed.
  args.push(...(binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []), '--locale=C')
  if (!isDurable) args.push('--no-sync')
  const { code, output } = await runInitdb(join(binaries.folder, 'initdb'), args, account)
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    return fail('db.start_failed', `initdb could not make ${folder}: ${lastLine(output)}`)
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
  return ok(true)
}

function runInitdb(program: string, args: readonly string[], account: Account | undefined) {
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    // From "/", for the account may not be allowed to stay where we are.
    const child = spawn(program, args, {
      cwd: '/',
      env: serverEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...account,
    })
    let output = ''
    child.stderr.on('data', (chunk: Buffer) => void (output = (output + chunk.toString()).slice(-4000)))
    child.on('error', (error) => resolve({ code: -1, output: error.message }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** The last line that says something. */
export function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() || 'it said nothing'
}
