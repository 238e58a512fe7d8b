/** Operations > Carriers: the networks that calls leave by, and which destinations go where. */

import { useQuery } from '../data/query.ts'
import { carriersRead, type Carrier } from '../data/company.ts'
import type { PageModule } from '../shell/page-module.ts'
import { kindWords } from '../ui/call-words.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, FailureState, PageHead, Panel, Skeleton } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'
import { menuTexts } from '../words/menu-texts.ts'
import { carriersTexts } from './carriers-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.carriers

/** All of them; there are few. */
export const firstReads: PageModule['firstReads'] = () => [carriersRead.queryKey[0]]

type Route = Carrier['routes'][number]

const columns = oncePerLanguage((): readonly Column<Route>[] => [
  {
    id: 'prefix',
    head: carriersTexts.destinations,
    phone: 'title',
    cell: ({ prefix, kind }) =>
      prefix ? `+${prefix}` : kind === 'emergency' ? carriersTexts.emergencyCalls : carriersTexts.everythingElse,
  },
  { id: 'kind', head: carriersTexts.kind, phone: 'note', cell: ({ kind }) => kindWords(kind) },
  {
    id: 'priority',
    head: carriersTexts.order,
    align: 'end',
    phone: 'value',
    cell: ({ priority }) => (
      <>
        <span className="md:hidden">{carriersTexts.order} </span>
        {priority}
      </>
    ),
  },
])

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
      <PageHead title={title()} note={carriersTexts.carriersNote} />
      {items ? (
        <div className="grid gap-5">
          {items.map((carrier) => (
            <CarrierPanel key={carrier.id} carrier={carrier} />
          ))}
          {items.length === 0 && (
            <Panel>
              <EmptyState title={carriersTexts.none} />
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
          {protocol === 'any' ? carriersTexts.byDns : protocol.toUpperCase()}
          <span>{channelsMax === null ? carriersTexts.calls(calls) : carriersTexts.channels(calls, channelsMax)}</span>
          <CarrierState carrier={carrier} />
        </span>
      }
    >
      <DataTable
        caption={carriersTexts.routesOf(name)}
        columns={columns()}
        rows={routes.toSorted(asCallsLook)}
        idOf={(route) => route.id}
        empty={<EmptyState title={carriersTexts.noRoute} />}
      />
    </Panel>
  )
}

/** Whether calls go there: staff switch a carrier off, its own silence takes it out of use. */
function CarrierState({ carrier: { status, state, lastSign, latencyMs } }: { carrier: Carrier }) {
  if (status === 'disabled') {
    return (
      <StatusChip tone="neutral" icon="blocked">
        {carriersTexts.disabled}
      </StatusChip>
    )
  }
  if (state === 'down') {
    return (
      <StatusChip tone="danger" icon="cross">
        {carriersTexts.down}: {lastSign}
      </StatusChip>
    )
  }
  return (
    <StatusChip tone={state === 'up' ? 'ok' : 'neutral'} icon="check">
      {state === 'up' ? carriersTexts.up : carriersTexts.notHeard}
      {latencyMs === null ? '' : `, ${latencyMs} ms`}
    </StatusChip>
  )
}
