/** One call in a side panel: who, when, how it ended, how its charge was computed. Fetched when one is first opened. */

import { useQuery } from '../data/query.ts'
import type { ReactNode } from 'react'
import type { CallRecord } from '../data/api.ts'
import { callRead } from '../data/explanation.ts'
import { useHouse } from '../shell/house.tsx'
import { servesCustomers } from '../shell/navigation.ts'
import { NavLink } from '../shell/nav-link.tsx'
import { kindWords, ResultChip, verdictWords, words } from '../ui/call-words.tsx'
import { CallLadder } from './call-ladder.tsx'
import { CallCharge } from './call/call-charge.tsx'
import { callPageTexts } from './call/page-texts.ts'
import { Duration, InstantText, PartyText } from '../ui/figures.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FailureState, Skeleton } from '../ui/panel.tsx'

/** The panel of a call. */
export function CallDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const call = useQuery(callRead(id))
  return (
    <Dialog title="Call" place="side" onClose={onClose}>
      {call.data ? (
        <Detail call={call.data} />
      ) : call.error ? (
        <FailureState message={call.error.message} onRetry={() => void call.refetch()} />
      ) : (
        <Skeleton lines={8} />
      )}
    </Dialog>
  )
}

function Detail({ call }: { call: CallRecord }) {
  const { me } = useHouse()
  return (
    <div className="grid gap-6">
      <div className="flex items-center justify-between gap-4">
        <p className="text-lead font-medium">
          <PartyText number={call.from} name={call.fromName} />
          <span className="px-1.5 text-muted">→</span>
          <PartyText number={call.to} name={call.toName} />
        </p>
        <ResultChip call={call} />
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {servesCustomers(me) && call.tenantId !== me.tenantId && (
          <Fact name="Customer">
            <NavLink to={`/customers/${call.tenantId}`} className="text-accent-text hover:underline">
              {call.customerName}
            </NavLink>
          </Fact>
        )}
        <Fact name="Started">
          <InstantText iso={call.startedAt} />
        </Fact>
        {call.answeredAt && (
          <Fact name="Answered">
            <InstantText iso={call.answeredAt} />
          </Fact>
        )}
        <Fact name="Ended">
          <InstantText iso={call.endedAt} /> by the {call.endedBy}
          {call.estimated && ', at its last proven activity'}
        </Fact>
        {call.verstat && <Fact name="Caller's number">{verdictWords(call.verstat)}</Fact>}
        <Fact name="Duration">
          <Duration seconds={call.durationSeconds} />
        </Fact>
        <Fact name="How it ended">
          {words(call.hangupCause)} ({call.sipStatus})
        </Fact>
        <Fact name="Destination">{call.destination ?? kindWords(call.class)}</Fact>
      </dl>
      <CallCharge call={call} />
      <NavLink to={`/calls/${call.id}`} className={buttonClass()}>
        {callPageTexts.whole}
      </NavLink>
      {me.permissions.includes('traces.read') && <CallLadder id={call.id} />}
      <p className="text-caption break-all text-muted">
        Call-ID <span className="font-mono">{call.sipCallId}</span>
      </p>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
