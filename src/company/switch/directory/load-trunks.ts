/** Reads the trunks of the directory. */

import type { Tx } from '../../../platform/db/index.ts'
import type { Trunk } from './directory.ts'

type Row = Omit<Trunk, 'account' | 'address' | 'mainNumberId'> & {
  readonly sipUser: string | null
  readonly secretKeyId: number
  readonly secretVersion: number
  readonly host: string | null
  readonly port: number
  readonly protocol: 'udp' | 'tcp'
  readonly mainNumberId: string | null
}

/** The active ones that `signal` may see. */
export async function loadTrunks(tx: Tx): Promise<Trunk[]> {
  const rows = await tx<Row[]>`
    select id, tenant_id as "tenantId", name, sip_user as "sipUser", secret_key_id as "secretKeyId",
           secret_version as "secretVersion", host, port, protocol, channels_max as "channelsMax",
           calls_per_second_max as "callsPerSecondMax", format_in as "formatIn", format_out as "formatOut",
           main_number_id as "mainNumberId"
    from trunk where status = 'active'`
  return rows.map(({ sipUser, secretKeyId, secretVersion, host, port, protocol, mainNumberId, ...trunk }) => ({
    ...trunk,
    account: sipUser === null ? undefined : { tenantId: trunk.tenantId, sipUser, secretKeyId, secretVersion },
    address: host === null ? undefined : { host, port, protocol },
    mainNumberId: mainNumberId ?? undefined,
  }))
}
