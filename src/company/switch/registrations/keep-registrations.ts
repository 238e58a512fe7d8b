/**
 * Registrations survive a restart: every change is written behind the call path in batches, and what
 * is in the table is taken back at start. The registrar itself is the truth; the table follows it.
 */

import type { Clock, Log, Timer } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Binding, StoredBinding } from '../../../network/sip/index.ts'

const FLUSH_MS = 1000
/** The table takes no longer one; such a contact is forgotten by a restart. */
const CONTACT_MAX = 500
/** Changes that wait while the database is away; further ones are forgotten by a restart. */
const CHANGES_MAX = 200_000

type Change = { readonly aor: string; readonly contact: string; readonly binding: StoredBinding | undefined }

export type RegistrationKeeper = {
  registered(aor: string, binding: Binding): void
  unregistered(aor: string, binding: Binding): void
  /**
   * Begins to write; `restore` is called once, with what was stored, as soon as the database answers. What
   * changed before is newer than what is stored. Returns after the first try.
   */
  start(restore: (stored: readonly StoredBinding[]) => void): Promise<void>
  /** Whether what was stored before has been taken back. */
  isRestored(): boolean
  /** Writes what waits, and ends. */
  stop(): Promise<void>
}

/** What a contact is stored under: two flows of one phone may share its URI (RFC 5626 §4.2). */
function keyOf({ contact, regId }: Pick<Binding, 'contact' | 'regId'>): string {
  return regId === undefined ? contact : `${contact} ${regId}`
}

/** Makes a keeper that only listens until it is started. */
export function keepRegistrations(options: { db: Db; clock: Clock; log: Log }): RegistrationKeeper {
  const { db, clock, log } = options
  let restore: ((stored: readonly StoredBinding[]) => void) | undefined
  let timer: Timer | undefined
  let changes = new Map<string, Change>()
  let isRestored = false
  let working: Promise<void> | undefined

  const note = (change: Change): void => {
    const key = `${change.aor} ${change.contact}`
    if (change.contact.length <= CONTACT_MAX && (changes.size < CHANGES_MAX || changes.has(key)))
      changes.set(key, change)
  }
  const work = async (): Promise<void> => {
    const batch = changes
    changes = new Map()
    try {
      if (!isRestored) {
        const stored = await db.asService((tx) => readBindings(tx, clock.now()))
        restore?.(stored.filter((one) => !batch.has(`${one.aor} ${keyOf(one)}`)))
        isRestored = true
      }
      if (batch.size > 0) await db.asService((tx) => writeChanges(tx, [...batch.values()], clock.now()))
    } catch (error) {
      // Kept for the next try, unless it changed again meanwhile.
      const newer = changes
      changes = batch
      for (const change of newer.values()) note(change)
      log.warn('registrations could not be written; they will be', { changes: changes.size, error })
    }
  }
  const look = (): Promise<void> => {
    if (isRestored && changes.size === 0) return working ?? Promise.resolve()
    working ??= work().finally(() => void (working = undefined))
    return working
  }
  return {
    async start(take) {
      restore = take
      timer = clock.every(FLUSH_MS, () => void look())
      await look()
    },
    registered(aor, binding) {
      const { flow, ...rest } = binding
      note({ aor, contact: keyOf(binding), binding: { ...rest, aor, protocol: flow.protocol, remote: flow.remote } })
    },
    unregistered: (aor, binding) => note({ aor, contact: keyOf(binding), binding: undefined }),
    isRestored: () => isRestored,
    async stop() {
      timer?.stop()
      await working
      await look()
    },
  }
}

type Row = { readonly binding: StoredBinding }

async function readBindings(tx: Tx, now: number): Promise<StoredBinding[]> {
  const rows = await tx<Row[]>`
    select binding from registration where expires_at > ${now}`
  return rows.map(({ binding }) => ({
    ...binding,
    // JSON has no undefined.
    instance: binding.instance ?? undefined,
    regId: binding.regId ?? undefined,
  }))
}

/** One statement for what is gone, one for what is there; phones that were removed meanwhile are left out. */
async function writeChanges(tx: Tx, changes: readonly Change[], now: number): Promise<void> {
  const gone = changes.filter((change) => !change.binding)
  const there = changes.flatMap(({ binding }) => binding ?? [])
  await tx`delete from registration where expires_at <= ${now}`
  if (gone.length > 0) {
    await tx`
      delete from registration using unnest(
        ${gone.map((change) => change.aor)}::text[], ${gone.map((change) => change.contact)}::text[]
      ) as gone (sip_user, contact)
      where registration.sip_user = gone.sip_user and registration.contact = gone.contact`
  }
  if (there.length === 0) return
  await tx`
    insert into registration (tenant_id, sip_user, contact, binding, expires_at, registered_at)
    select account.tenant_id, account.sip_user, fresh.contact, fresh.binding::jsonb,
           to_timestamp(fresh.expires_at / 1000.0), to_timestamp(fresh.registered_at / 1000.0)
    from unnest(
      ${there.map((binding) => binding.aor)}::text[],
      ${there.map(keyOf)}::text[],
      ${there.map((binding) => JSON.stringify(binding))}::text[],
      ${there.map((binding) => binding.expiresAt)}::float8[],
      ${there.map((binding) => binding.registeredAt)}::float8[]
    ) as fresh (sip_user, contact, binding, expires_at, registered_at)
    join (select tenant_id, sip_user from device
          union all select tenant_id, sip_user from trunk where sip_user is not null) as account
      on account.sip_user = fresh.sip_user
    on conflict (sip_user, contact) do update
    set binding = excluded.binding, expires_at = excluded.expires_at, registered_at = excluded.registered_at`
}
