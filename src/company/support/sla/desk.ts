/** Who answers a tenant, and what was promised to him. */

import type { Tx } from '../../../platform/db/index.ts'
import type { Calendar, Window } from './calendar.ts'
import type { Policy } from './policy.ts'

export type Audience = 'customer' | 'partner'

export type Desk = {
  /** The seller whose people answer. */
  readonly deskId: string
  readonly audience: Audience
  /** Undefined where nothing was promised: tickets have no due times then. */
  readonly policy: Policy | undefined
  readonly pageOn: 'voicemail' | 'critical_ticket'
  /** The line whose menu leads to the technician; '' where there is none. */
  readonly emergencyNumber: string
}

type Row = {
  readonly deskId: string
  readonly audience: Audience
  readonly targets: Policy['targets'] | null
  readonly pausesIn: string[] | null
  readonly pageOn: Desk['pageOn'] | null
  readonly emergencyNumber: string | null
  readonly zone: string | null
  readonly hours: Calendar['hours'] | null
  readonly years: number[] | null
  readonly days: Readonly<Record<string, readonly Window[]>> | null
}

/** The desk of a tenant in scope; undefined when there is no such tenant. */
export async function deskOf(tx: Tx, tenantId: string): Promise<Desk | undefined> {
  const [row] = await tx<Row[]>`
    select desk_id as "deskId", audience, targets, pauses_in as "pausesIn", page_on as "pageOn",
           emergency_number as "emergencyNumber", zone, hours, years, days
    from dialhouse_support_desk(${tenantId})`
  if (!row) return undefined
  const { deskId, audience, targets, pausesIn, pageOn, emergencyNumber } = row
  const calendar = calendarOf(row)
  return {
    deskId,
    audience,
    policy: targets && calendar ? { targets, calendar, pausesIn: pausesIn ?? [] } : undefined,
    pageOn: pageOn ?? 'voicemail',
    emergencyNumber: emergencyNumber ?? '',
  }
}

function calendarOf({ zone, hours, years, days }: Row): Calendar | undefined {
  if (zone === null || hours === null) return undefined
  return { zone, hours, years: new Set(years), days: new Map(Object.entries(days ?? {})) }
}
