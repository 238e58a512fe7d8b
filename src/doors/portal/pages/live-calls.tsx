/** Operations > Live calls: every call in progress, and the way to end one. */

import { useQuery, useQueryClient } from '../data/query.ts'
import { formatNumber } from '../../../base/index.ts'
import { useState } from 'react'
import { api, liveCallsRead, type LiveCall } from '../data/api.ts'
import { useHouse } from '../shell/house.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { Button } from '../ui/button.tsx'
import { LazyDialog, warmDialog } from '../ui/lazy-dialog.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { tell } from '../ui/toast.tsx'
import { LiveCallsTable } from './live-calls-table.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { liveCallsTexts } from './live-calls-texts.ts'

export const title = (): string => menuTexts.liveCalls

/** Calls in progress. */
export const firstReads: PageModule['firstReads'] = () => [liveCallsRead.queryKey[0]]

/** The page. */
export function Page() {
  const { me } = useHouse()
  const calls = useQuery({ ...liveCallsRead, refetchInterval: 15_000 })
  const [chosen, choose] = useState<LiveCall>()
  const mayEnd = me.permissions.includes('live_calls.end')
  const items = calls.data?.items
  const talking = items?.filter((call) => call.state === 'talking').length ?? 0
  const note = items && liveCallsTexts.count(items.length, talking)
  return (
    <>
      <PageHead title={menuTexts.liveCalls} note={note ?? liveCallsTexts.inProgress} />
      <Panel>
        <LiveCallsTable
          calls={calls}
          {...(mayEnd
            ? {
                action: (call) => (
                  <Button
                    size="small"
                    icon="hangUp"
                    aria-label={liveCallsTexts.hangUpOf(nameOf(call))}
                    onPointerEnter={warmDialog}
                    onFocus={warmDialog}
                    onClick={() => choose(call)}
                  >
                    {liveCallsTexts.hangUp}
                  </Button>
                ),
              }
            : {})}
        />
      </Panel>
      {chosen && <ConfirmHangUp call={chosen} onClose={() => choose(undefined)} />}
    </>
  )
}

/** A call in words, for questions and notices about it. */
function nameOf(call: LiveCall): string {
  const side = (name: string, number: string): string => name || formatNumber(number) || liveCallsTexts.unknown
  return liveCallsTexts.fromTo(side(call.fromName, call.from), side(call.toName, call.to))
}

function ConfirmHangUp({ call, onClose }: { call: LiveCall; onClose: () => void }) {
  const client = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const hangUp = async (): Promise<void> => {
    setBusy(true)
    const done = await api.delete('/api/v1/live-calls/{callId}', { params: { callId: call.callId } })
    if (done.ok) tell('ok', liveCallsTexts.wasEnded(nameOf(call)))
    else tell('danger', liveCallsTexts.goesOn(done.failure.message))
    await client.invalidateQueries({ queryKey: liveCallsRead.queryKey })
    onClose()
  }
  return (
    <LazyDialog
      title={liveCallsTexts.ask(nameOf(call))}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{liveCallsTexts.letGoOn}</Button>
          <Button look="danger" icon="hangUp" disabled={isBusy} onClick={() => void hangUp()}>
            {liveCallsTexts.hangUp}
          </Button>
        </>
      }
    >
      <p className="text-muted">{liveCallsTexts.warning}</p>
    </LazyDialog>
  )
}
