/**
 * `build-portal`: the browser's application and its server half, by Vite, into dist/portal. Built again only when a
 * source has changed; the folder is replaced in one step, so that nobody ever reads half of a build.
 */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { fail, ok, type Failure, type Result } from '../base/index.ts'

const home = join(import.meta.dirname, '../..')
const portal = 'src/doors/portal'

/** Where a build stands; `office` reads it from there. */
export const portalFolder = join(home, 'dist/portal')

export type BuildFailure = Failure<'portal.build_failed'>

/** Builds the portal unless dist/portal is what the sources say; the answer tells whether anything was done. */
export async function buildPortal(): Promise<Result<{ readonly built: boolean }, BuildFailure>> {
  const hash = hashOfSources()
  if (isFresh(portalFolder, hash)) return ok({ built: false })
  const work = `${portalFolder}-${process.pid}`
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    const ran = await runVite(work)
    if (ran.code !== 0) {
      return fail('portal.build_failed', `the portal could not be built: ${ran.output.trim().slice(-2000)}`)
    }
    for (const client of globSync('client*', { cwd: work })) await compressAssets(join(work, client))
    writeFileSync(join(work, 'stamp.json'), JSON.stringify({ hash }))
    takePlace(work, hash)
    return ok({ built: true })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Everything that a build is made of: the portal, what it takes from below, the versions of its packages. */
function hashOfSources(): string {
  const files = globSync([`${portal}/**/*.{ts,tsx,css}`, 'src/base/*.ts', 'src/platform/http/client.ts'], { cwd: home })
  const hash = createHash('sha256')
  for (const file of [...files.toSorted(), 'package-lock.json']) {
    if (file.includes('.test.')) continue
    hash.update(`${file}\0`)
    hash.update(readFileSync(join(home, file)))
  }
  return hash.digest('hex')
}

function isFresh(folder: string, hash: string): boolean {
  try {
    return (JSON.parse(readFileSync(join(folder, 'stamp.json'), 'utf8')) as { hash?: unknown }).hash === hash
  } catch {
    return false
  }
}

/** Vite runs in a process of its own: its bundler's memory must not stay in ours. */
function runVite(work: string): Promise<{ code: number; output: string }> {
  const vite = join(home, 'node_modules/vite/bin/vite.js')
  const args = ['build', '--app', '--config', join(home, portal, 'vite.config.ts'), '--configLoader', 'native']
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', vite, ...args], {
    cwd: join(home, portal),
    env: { ...process.env, PORTAL_OUT: work, NODE_ENV: 'production', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** Each asset gets its brotli form beside it, made once with all effort instead of at every answer. */
async function compressAssets(folder: string): Promise<void> {
  const compress = promisify(brotliCompress)
  const files = globSync('assets/*.{js,css,svg}', { cwd: folder })
  await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(folder, file))
      const params = {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      }
      await writeFile(join(folder, `${file}.br`), await compress(bytes, { params }))
    }),
  )
}

/** Puts a finished build where it is looked for; when another run of the same sources was faster, its build stays. */
function takePlace(work: string, hash: string): void {
  const old = `${work}-old`
  if (isFresh(portalFolder, hash)) return
  if (existsSync(portalFolder)) renameSync(portalFolder, old)
  try {
    renameSync(work, portalFolder)
  } catch (thrown) {
    if (!isFresh(portalFolder, hash)) throw thrown
  } finally {
    rmSync(old, { recursive: true, force: true })
  }
}

/** The command: builds, and says what it did. */
export async function run(): Promise<number> {
  const done = await buildPortal()
  if (!done.ok) {
    process.stderr.write(`dialhouse: ${done.failure.message}\n`)
    return 1
  }
  process.stdout.write(done.value.built ? 'the portal is built in dist/portal\n' : 'the portal is up to date\n')
  return 0
}
