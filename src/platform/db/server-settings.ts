/** Settings of the embedded PostgreSQL: durable, reachable by its socket alone, and small beside the telephony. */

/** What every embedded server runs with. */
const settings: Readonly<Record<string, string>> = {
  // Nobody outside this machine, and on it only who may enter the socket's folder.
  listen_addresses: '',
  unix_socket_permissions: '0700',
  // A small house: a few dozen sessions, one disk, memory left to calls.
  shared_buffers: '32MB',
  max_connections: '40',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  jit: 'off',
  max_worker_processes: '2',
  max_parallel_workers_per_gather: '0',
  autovacuum_max_workers: '1',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  // Clocks and languages of the machine do not matter here.
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // Failed statements carry personal data and are reported by whoever sent them.
  log_min_messages: 'log',
  log_checkpoints: 'off',
}

/** From PostgreSQL 18 on: reads are done by the sessions themselves instead of three more processes. */
const settingsSince18: Readonly<Record<string, string>> = { io_method: 'sync', autovacuum_worker_slots: '1' }

/** Forgets the last moments when the machine fails: only for clusters that live as long as a test. */
export const unsafeButFast: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '1GB',
}

/** The settings as arguments of `postgres`; `extra` wins. */
export function settingArguments(major: number, extra: Readonly<Record<string, string>>): readonly string[] {
  const all = { ...settings, ...(major >= 18 ? settingsSince18 : {}), ...extra }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
