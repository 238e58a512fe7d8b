/** The page of one call: its story, its ladder, how it sounded, what it cost, what was changed around it. */

import { useQuery } from '../data/query.ts'
import { useLocation } from 'wouter'
import { formatNumber } from '../../../base/index.ts'
import type { CallRecord } from '../data/api.ts'
import { callContextRead, callRead, type CallContext } from '../data/explanation.ts'
import { useHouse } from '../shell/house.tsx'
import { servesCustomers } from '../shell/navigation.ts'
import { NavLink } from '../shell/nav-link.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { CallStory } from '../ui/call-story.tsx'
import { kindWords, ResultChip, verdictWords } from '../ui/call-words.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Duration, InstantText, PartyText } from '../ui/figures.tsx'
import { ObjectPage, type ObjectTab } from '../ui/object-page.tsx'
import { FailureState, Panel, Skeleton } from '../ui/panel.tsx'
import { AudioQuality } from './call/audio-quality.tsx'
import { CallCharge } from './call/call-charge.tsx'
import { CallHistory } from './call/call-history.tsx'
import { callPageTexts } from './call/page-texts.ts'
import { ReportProblem } from './call/report-problem.tsx'
import { storyOf } from './call/story.ts'
import { CallLadder } from './call-ladder.tsx'

export const title = (): string => callPageTexts.call

const idOf = (path: string): string => path.split('/')[2] ?? ''

/** The record and what surrounds it. */
export const firstReads: PageModule['firstReads'] = ({ path }) => [
  callRead(idOf(path)).queryKey[0],
  callContextRead(idOf(path)).queryKey[0],
]

/** The page. */
export function Page() {
  const [path] = useLocation()
  const call = useQuery(callRead(idOf(path)))
  const context = useQuery(callContextRead(idOf(path)))
  const failed = call.error ?? context.error
  if (call.data && context.data) return <WholeCall call={call.data} context={context.data} />
  return (
    <Panel>
      {failed ? (
        <FailureState
          message={failed.message}
          onRetry={() => {
            void call.refetch()
            void context.refetch()
          }}
        />
      ) : (
        <Skeleton lines={8} />
      )}
    </Panel>
  )
}

type WholeCallProps = { readonly call: CallRecord; readonly context: CallContext }

function WholeCall({ call, context }: WholeCallProps) {
  const { me } = useHouse()
  const may = (permission: string): boolean => me.permissions.includes(permission)
  const list = may('transactions.read') ? '/billing/transactions' : '/dashboard'
  return (
    <ObjectPage
      crumbs={[{ label: callPageTexts.back, to: list }]}
      title={callPageTexts.callTo(call.toName || formatNumber(call.to) || call.to)}
      status={<ResultChip call={call} />}
      note={<InstantText iso={call.startedAt} />}
      path={`/calls/${call.id}`}
      actions={may('tickets.write') && <ReportProblem call={call} />}
      facts={factsOf(call, context, servesCustomers(me))}
      tabs={tabsOf(call, context, may('traces.read'))}
    >
      <Panel title={callPageTexts.story}>
        <div className="px-4 pb-4">
          <CallStory label={callPageTexts.story} lines={storyOf(call, context)} />
        </div>
      </Panel>
    </ObjectPage>
  )
}

function factsOf(call: CallRecord, context: CallContext, withCustomer: boolean) {
  return [
    withCustomer && {
      name: callPageTexts.customer,
      value: (
        <NavLink to={`/customers/${call.tenantId}`} className="text-accent-text hover:underline">
          {call.customerName}
        </NavLink>
      ),
    },
    { name: callPageTexts.caller, value: <PartyText number={call.from} name={call.fromName} /> },
    { name: callPageTexts.callee, value: <PartyText number={call.to} name={call.toName} /> },
    { name: callPageTexts.duration, value: <Duration seconds={call.durationSeconds} /> },
    { name: callPageTexts.destination, value: call.destination ?? kindWords(call.class) },
    call.verstat !== null && { name: callPageTexts.callerNumber, value: verdictWords(call.verstat) },
    { name: callPageTexts.recording, value: callPageTexts.noRecording },
    {
      name: callPageTexts.account,
      value: context.accountCode && <CopyText name={callPageTexts.account} text={context.accountCode} />,
    },
    { name: callPageTexts.sipCallId, value: <CopyText name={callPageTexts.sipCallId} text={call.sipCallId} /> },
    context.siblings.length > 0 && {
      name: callPageTexts.siblings,
      value: context.siblings.map((one) => (
        <NavLink key={one.id} to={`/calls/${one.id}`} className="mr-3 text-accent-text hover:underline">
          {one.fromName || formatNumber(one.from)} → {one.toName || formatNumber(one.to)}
        </NavLink>
      )),
    },
  ]
}

function tabsOf(call: CallRecord, context: CallContext, maySeeMessages: boolean): readonly ObjectTab[] {
  return [
    {
      id: 'audio',
      label: callPageTexts.audio,
      content: () => <AudioQuality heard={context.heard} />,
    },
    ...(maySeeMessages
      ? [{ id: 'ladder', label: callPageTexts.ladder, content: () => <CallLadder id={call.id} isOpen /> }]
      : []),
    { id: 'charge', label: callPageTexts.charge, content: () => <CallCharge call={call} /> },
    {
      id: 'history',
      label: callPageTexts.history,
      count: context.changes.length,
      content: () => <CallHistory call={call} context={context} />,
    },
  ]
}
