/** Operations > Live calls: every call in progress, and the way to end one. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
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

export const title = 'Live calls'

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
  const note = items && `${items.length} in progress, ${talking} of them talking`
  return (
    <>
      <PageHead title="Live calls" note={note ?? 'Calls in progress'} />
      <Panel>
        <LiveCallsTable
          calls={calls}
          {...(mayEnd
            ? {
                action: (call) => (
                  <Button
                    size="small"
                    icon="hangUp"
                    aria-label={`Hang up the call ${nameOf(call)}`}
                    onPointerEnter={warmDialog}
                    onFocus={warmDialog}
                    onClick={() => choose(call)}
                  >
                    Hang up
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
  const side = (name: string, number: string): string => name || formatNumber(number) || 'unknown'
  return `from ${side(call.fromName, call.from)} to ${side(call.toName, call.to)}`
}

function ConfirmHangUp({ call, onClose }: { call: LiveCall; onClose: () => void }) {
  const client = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const hangUp = async (): Promise<void> => {
    setBusy(true)
    const done = await api.delete('/api/v1/live-calls/{callId}', { params: { callId: call.callId } })
    if (done.ok) tell('ok', `The call ${nameOf(call)} was ended.`)
    else tell('danger', `The call goes on: ${done.failure.message}.`)
    await client.invalidateQueries({ queryKey: liveCallsRead.queryKey })
    onClose()
  }
  return (
    <LazyDialog
      title={`Hang up the call ${nameOf(call)}?`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Let it go on</Button>
          <Button look="danger" icon="hangUp" disabled={isBusy} onClick={() => void hangUp()}>
            Hang up
          </Button>
        </>
      }
    >
      <p className="text-muted">Both sides are disconnected at once. This cannot be undone, and it is recorded.</p>
    </LazyDialog>
  )
}
