/** Operations > Carriers: the networks that calls leave by, and which destinations go where. */

import { useQuery } from '@tanstack/react-query'
import { carriersRead, type Carrier } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { words } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, FailureState, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'

export const title = 'Carriers'

/** All of them; there are few. */
export const firstReads: PageModule['firstReads'] = () => [carriersRead.queryKey[0]]

type Route = Carrier['routes'][number]

const columns: readonly Column<Route>[] = [
  {
    id: 'prefix',
    head: 'Destinations',
    phone: 'title',
    cell: ({ prefix, kind }) => (prefix ? `+${prefix}` : kind === 'emergency' ? 'Emergency calls' : 'Everything else'),
  },
  { id: 'kind', head: 'Kind', phone: 'note', cell: ({ kind }) => words(kind) },
  {
    id: 'priority',
    head: 'Order',
    align: 'end',
    phone: 'value',
    cell: ({ priority }) => (
      <>
        <span className="md:hidden">Order </span>
        {priority}
      </>
    ),
  },
]

/** Emergency calls first, then as calls look for them: the longest prefix, then the order. */
function asCallsLook(first: Route, second: Route): number {
  if (first.kind !== second.kind) return first.kind === 'emergency' ? -1 : 1
  return second.prefix.length - first.prefix.length || first.priority - second.priority
}

/** The page. */
export function Page() {
  const carriers = useQuery(carriersRead)
  const items = carriers.data?.items
  return (
    <>
      <PageHead
        title={title}
        note="A call takes the route with the longest prefix that fits, the lowest order first."
      />
      {items ? (
        <div className="grid gap-5">
          {items.map((carrier) => (
            <CarrierPanel key={carrier.id} carrier={carrier} />
          ))}
          {items.length === 0 && (
            <Panel>
              <EmptyState title="There are no carriers yet: calls to other networks cannot leave." />
            </Panel>
          )}
        </div>
      ) : (
        <Panel>
          {carriers.error ? (
            <FailureState message={carriers.error.message} onRetry={() => void carriers.refetch()} />
          ) : (
            <Skeleton lines={6} />
          )}
        </Panel>
      )}
    </>
  )
}

function CarrierPanel({ carrier }: { carrier: Carrier }) {
  const { name, host, port, protocol, routes, calls, channelsMax } = carrier
  return (
    <Panel
      title={name}
      aside={
        <span className="inline-flex flex-wrap items-center gap-3">
          <code className="font-mono">{port === null ? host : `${host}:${port}`}</code>
          {protocol === 'any' ? 'by DNS' : protocol.toUpperCase()}
          <span>{channelsMax === null ? `${calls} calls` : `${calls} of ${channelsMax} channels`}</span>
          <CarrierState carrier={carrier} />
        </span>
      }
    >
      <DataTable
        caption={`Routes of ${name}`}
        columns={columns}
        rows={routes.toSorted(asCallsLook)}
        idOf={(route) => route.id}
        empty={<EmptyState title="No destination goes to this carrier." />}
      />
    </Panel>
  )
}

/** Whether calls go there: staff switch a carrier off, its own silence takes it out of use. */
function CarrierState({ carrier: { status, state, lastSign, latencyMs } }: { carrier: Carrier }) {
  if (status === 'disabled') {
    return (
      <StatusChip tone="neutral" icon="blocked">
        Disabled
      </StatusChip>
    )
  }
  if (state === 'down') {
    return (
      <StatusChip tone="danger" icon="cross">
        Down: {lastSign}
      </StatusChip>
    )
  }
  return (
    <StatusChip tone={state === 'up' ? 'ok' : 'neutral'} icon="check">
      {state === 'up' ? 'Up' : 'Not heard yet'}
      {latencyMs === null ? '' : `, ${latencyMs} ms`}
    </StatusChip>
  )
}
