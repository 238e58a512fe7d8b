/** Billing Information > Margin: what was charged beside what carriers ask, and routes that sell below cost. */

import { useQuery } from '@tanstack/react-query'
import { useLocation, useSearch } from 'wouter'
import { formatNanos } from '../../../base/index.ts'
import type { Me } from '../data/api.ts'
import { belowCostRead, marginFile, marginRead, type BelowCost, type Margin, type MarginBy } from '../data/margin.ts'
import type { MarginReport, MarginRow } from '../data/margin.ts'
import { inclusiveDays, rangeOfSearch } from '../data/range.ts'
import { formatCount, formatMoney } from '../format/money.ts'
import { percentText } from '../format/percent.ts'
import { useHouse } from '../shell/house.tsx'
import { isStaffRole } from '../shell/navigation.ts'
import type { PageModule } from '../shell/page-module.ts'
import { buttonClass } from '../ui/button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { DateRangePicker } from '../ui/date-range-picker.tsx'
import { SelectField } from '../ui/field.tsx'
import { InstantText, MoneyText } from '../ui/figures.tsx'
import { Icon } from '../ui/icon.tsx'
import { EmptyState, Figure, PageHead, Panel } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'

export const title = 'Margin'

const sides: Readonly<Record<MarginBy, string>> = {
  customer: 'Customer',
  destination: 'Destination',
  carrier: 'Carrier',
}

/** Carriers are the provider's own. */
function sidesFor(me: Me): [string, string][] {
  return Object.entries(sides).filter(([by]) => by !== 'carrier' || isStaffRole(me))
}

function byOfSearch(search: string): MarginBy {
  const by = new URLSearchParams(search).get('by')
  return by === 'destination' || by === 'carrier' ? by : 'customer'
}

/** The report that the address asks for. */
export const firstReads: PageModule['firstReads'] = ({ search, me, at }) => [
  marginRead({ ...rangeOfSearch(search, at, me.zone), by: byOfSearch(search) }).queryKey[0],
  ...(me.permissions.includes('carriers.read') ? [belowCostRead.queryKey[0]] : []),
]

/** The page. */
export function Page() {
  const { me, at } = useHouse()
  const [path, navigate] = useLocation()
  const search = useSearch()
  const report: MarginReport = { ...rangeOfSearch(search, at, me.zone), by: byOfSearch(search) }
  const margin = useQuery(marginRead(report))
  const { first, last } = inclusiveDays(report)
  const show = (changed: Partial<MarginReport>) => {
    const { from, to, by } = { ...report, ...changed }
    navigate(`${path}?${new URLSearchParams({ from, to, by })}`)
  }
  return (
    <>
      <PageHead
        title={title}
        note={`What calls were charged beside what they cost. Days are in your time zone, ${me.zone}.`}
      >
        <a href={marginFile(report)} download className={buttonClass()}>
          <Icon name="download" />
          Download CSV
        </a>
      </PageHead>
      <div className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3">
        <DateRangePicker range={report} onChange={show} />
        <SelectField label="By" value={report.by} onChange={(e) => show({ by: e.target.value as MarginBy })}>
          {sidesFor(me).map(([by, name]) => (
            <option key={by} value={by}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="grid gap-5">
        {margin.data && <Totals totals={margin.data.totals} />}
        <Panel>
          <DataTable
            caption={`Margin by ${report.by} from ${first} to ${last}`}
            columns={columnsOf(report.by)}
            rows={margin.data?.items}
            idOf={(row) => `${row.key} ${row.currency} ${row.costCurrency}`}
            failure={margin.error ? { message: margin.error.message, retry: () => void margin.refetch() } : undefined}
            empty={<EmptyState title="No call was charged, and none cost anything, in these days." />}
          />
          {margin.data?.isCut && (
            <p className="border-t border-line px-4 py-3 text-muted">
              These are the {formatCount(margin.data.items.length)} with the largest charges; the file has them all.
            </p>
          )}
        </Panel>
        {me.permissions.includes('carriers.read') && isStaffRole(me) && <BelowCostPanel />}
      </div>
    </>
  )
}

const nameless: Readonly<Record<MarginBy, string>> = {
  customer: 'No customer',
  destination: 'No destination',
  carrier: 'No carrier',
}

function columnsOf(by: MarginBy): readonly Column<MarginRow>[] {
  return [
    {
      id: 'name',
      head: sides[by],
      phone: 'title',
      cell: ({ name }) => name || <span className="text-muted">{nameless[by]}</span>,
    },
    { id: 'calls', head: 'Calls', align: 'end', phone: 'note', cell: callsOf },
    {
      id: 'charge',
      head: 'Charged',
      align: 'end',
      cell: (row) => <MoneyText micros={row.chargeMicros} currency={row.currency} withCode />,
    },
    {
      id: 'cost',
      head: 'Cost',
      align: 'end',
      phone: 'below',
      cell: (row) => (
        <>
          <span className="md:hidden">
            Charged {formatMoney(row.chargeMicros, row.currency, { withCode: true })}, cost{' '}
          </span>
          <MoneyText micros={row.costMicros} currency={row.costCurrency} withCode />
        </>
      ),
    },
    { id: 'margin', head: 'Margin', align: 'end', phone: 'value', cell: marginOf },
    {
      id: 'share',
      head: 'Of the charge',
      align: 'end',
      phone: 'aside',
      cell: ({ marginMicros, chargeMicros }) => percentText(marginMicros, chargeMicros),
    },
  ]
}

function callsOf({ calls, callsWithoutCost }: MarginRow) {
  return (
    <>
      {formatCount(calls)}
      <span className="md:hidden">{calls === 1 ? ' call' : ' calls'}</span>
      {callsWithoutCost > 0 && <span className="text-muted"> ({formatCount(callsWithoutCost)} without cost)</span>}
    </>
  )
}

function marginOf({ marginMicros, currency }: Pick<MarginRow, 'marginMicros' | 'currency'>) {
  if (marginMicros === null) return <span className="text-muted">Two currencies</span>
  return <MoneyText micros={marginMicros} currency={currency} withCode />
}

/** One row of figures for each pair of currencies. */
function Totals({ totals }: { totals: Margin['totals'] }) {
  const { me } = useHouse()
  return totals.map((total) => (
    <div
      key={`${total.currency} ${total.costCurrency}`}
      className="grid grid-cols-2 gap-4 max-sm:gap-3 sm:grid-cols-3"
      data-totals
    >
      <Figure label="Charged" note={`${formatCount(total.calls)} calls`}>
        <MoneyText micros={total.chargeMicros} currency={total.currency} withCode />
      </Figure>
      <Figure
        label="Cost"
        note={
          total.callsWithoutCost > 0
            ? `${formatCount(total.callsWithoutCost)} calls went to carriers whose cost is not known`
            : isStaffRole(me)
              ? 'By the decks that carriers are paid by'
              : 'What you pay for these calls'
        }
      >
        <MoneyText micros={total.costMicros} currency={total.costCurrency} withCode />
      </Figure>
      <Figure
        isWide
        label="Margin"
        note={
          total.marginMicros === null
            ? 'Nothing is exchanged here: charge and cost are in two currencies'
            : `${percentText(total.marginMicros, total.chargeMicros)} of the charge`
        }
      >
        {marginOf(total)}
      </Figure>
    </div>
  ))
}

const price = (nanos: string, currency: string): string => `${currency} ${formatNanos(BigInt(nanos))}`

const belowColumns: readonly Column<BelowCost>[] = [
  {
    id: 'destination',
    head: 'Destination',
    phone: 'title',
    cell: ({ destination, prefix }) => (
      <>
        {destination} <span className="text-muted">+{prefix}</span>
      </>
    ),
  },
  { id: 'carrier', head: 'Carrier', phone: 'note', cell: ({ carrierName }) => carrierName },
  {
    id: 'price',
    head: 'Sold at, a minute',
    align: 'end',
    cell: ({ priceNanosPerMinute, currency }) => price(priceNanosPerMinute, currency),
  },
  {
    id: 'cost',
    head: 'Asked, a minute',
    align: 'end',
    phone: 'aside',
    cell: ({ costNanosPerMinute, currency }) => price(costNanosPerMinute, currency),
  },
  {
    id: 'act',
    head: 'What was done',
    phone: 'value',
    cell: ({ refused }) => (
      <StatusChip tone={refused ? 'danger' : 'warn'} icon={refused ? 'blocked' : 'info'}>
        {refused ? 'Not used' : 'Used'}
      </StatusChip>
    ),
  },
  { id: 'calls', head: 'Calls', align: 'end', cell: ({ calls }) => formatCount(calls) },
  {
    id: 'last',
    head: 'Last',
    align: 'end',
    phone: 'below',
    cell: ({ lastSeenAt }) => <InstantText iso={lastSeenAt} />,
  },
]

function policyText(policy: 'refuse' | 'allow' | undefined): string {
  if (policy === 'allow') return 'They are used: the brand allows it'
  return 'They are not used, except for emergency calls'
}

function BelowCostPanel() {
  const routes = useQuery(belowCostRead)
  return (
    <Panel title="Routes that sell below cost" aside={policyText(routes.data?.policy)}>
      <DataTable
        caption="Routes that sell below cost"
        columns={belowColumns}
        rows={routes.data?.items}
        idOf={({ id }) => id}
        failure={routes.error ? { message: routes.error.message, retry: () => void routes.refetch() } : undefined}
        empty={<EmptyState title="Every destination that was dialled is sold for more than its carriers ask." />}
      />
    </Panel>
  )
}
