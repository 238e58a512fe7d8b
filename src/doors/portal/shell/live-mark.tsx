/** Says how fresh the page is: live, connecting, or since when it is not. The page is live while this mark stands. */

import { useQueryClient } from '../data/query.ts'
import { useState } from 'react'
import { createLive, useFreshness } from '../data/live.ts'
import { formatClock } from '../format/time.ts'
import { StatusDot } from '../ui/status.tsx'
import { shellTexts } from '../words/shell-texts.ts'
import { useHouse } from './house.tsx'

/** The mark in the head of the page. */
export function LiveMark() {
  const { me, now } = useHouse()
  const client = useQueryClient()
  const [live] = useState(() => createLive(client, now))
  const { state, lostAt } = useFreshness(live)
  return (
    <output className="text-table">
      {state === 'live' ? (
        <StatusDot tone="ok">{shellTexts.live}</StatusDot>
      ) : (
        <StatusDot tone={state === 'lost' ? 'warn' : 'neutral'} pulse>
          {lostAt === undefined ? shellTexts.connecting : shellTexts.staleSince(formatClock(lostAt, me.zone))}
        </StatusDot>
      )}
    </output>
  )
}
