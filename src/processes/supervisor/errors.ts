/** Why an installation does not start, each in one line that says what to do. */

import { fail, type Failure } from '../../base/index.ts'

export type SupervisorFailure = Failure<
  | 'supervisor.already_running'
  | 'supervisor.folder_not_writable'
  | 'supervisor.port_taken'
  | 'supervisor.port_forbidden'
  | 'supervisor.address_unknown'
  | 'supervisor.process_failed'
  | 'supervisor.not_ready'
  | 'supervisor.stopped'
>

/** Two supervisors on one data folder would fight for every process of it. */
export function alreadyRunning(dataFolder: string, pid: number | undefined) {
  const who = pid === undefined ? '' : ` (process ${pid})`
  return fail(
    'supervisor.already_running',
    `Dialhouse already runs on ${dataFolder}${who}; stop it, or choose another folder with DIALHOUSE_DATA`,
  )
}

/** The data folder cannot be made or written. */
export function folderNotWritable(dataFolder: string, why: string) {
  return fail(
    'supervisor.folder_not_writable',
    `the data folder ${dataFolder} cannot be written (${why}); choose another with DIALHOUSE_DATA or change its owner`,
  )
}

/** Why a port cannot be listened on; `setting` is the variable that changes it. */
export function portUnusable(address: string, setting: string, protocol: string, code: string) {
  if (code === 'EACCES') {
    return fail(
      'supervisor.port_forbidden',
      `this account may not listen on ${address} (${protocol}); choose a port from 1024 on with ${setting}`,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return fail(
      'supervisor.address_unknown',
      `this machine has no address ${address} (${protocol}); choose one that it has with ${setting}`,
    )
  }
  return fail(
    'supervisor.port_taken',
    `${address} (${protocol}) is taken by another program; stop it, or choose another port with ${setting}`,
  )
}

/** A process ended again and again before it was ready. */
export function processFailed(name: string, why: string, logFile: string) {
  return fail('supervisor.process_failed', `${name} does not start: ${why} (see ${logFile})`)
}

/** Some processes run and do not answer. */
export function notReady(names: readonly string[], seconds: number, logFolder: string) {
  return fail('supervisor.not_ready', `no answer within ${seconds} s from ${names.join(', ')} (see ${logFolder})`)
}

/** It was told to stop before it was ready. */
export function stoppedEarly() {
  return fail('supervisor.stopped', 'stopped before it was ready')
}
