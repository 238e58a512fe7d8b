/** Billing Information > Margin: what was charged beside what carriers ask, and routes that sell below cost. */

import { useQuery } from '../data/query.ts'
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
import { menuTexts } from '../words/menu-texts.ts'
import { marginTexts } from './margin-texts.ts'
import { oncePerLanguage } from '../words/language.ts'

export const title = (): string => menuTexts.margin

const sides = oncePerLanguage((): Readonly<Record<MarginBy, string>> => ({
  customer: marginTexts.customer,
  destination: marginTexts.destination,
  carrier: marginTexts.carrier,
}))

/** Carriers are the provider's own. */
function sidesFor(me: Me): [string, string][] {
  return Object.entries(sides()).filter(([by]) => by !== 'carrier' || isStaffRole(me))
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
      <PageHead title={title()} note={marginTexts.note(me.zone)}>
        <a href={marginFile(report)} download className={buttonClass()}>
          <Icon name="download" />
          {marginTexts.csv}
        </a>
      </PageHead>
      <div className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3">
        <DateRangePicker range={report} onChange={show} />
        <SelectField
          label={marginTexts.by}
          value={report.by}
          onChange={(e) => show({ by: e.target.value as MarginBy })}
        >
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
            caption={marginTexts.caption(sides()[report.by], first, last)}
            columns={columnsOf(report.by)}
            rows={margin.data?.items}
            idOf={(row) => `${row.key} ${row.currency} ${row.costCurrency}`}
            failure={margin.error ? { message: margin.error.message, retry: () => void margin.refetch() } : undefined}
            empty={<EmptyState title={marginTexts.none} />}
          />
          {margin.data?.isCut && (
            <p className="border-t border-line px-4 py-3 text-muted">
              {marginTexts.cut(formatCount(margin.data.items.length))}
            </p>
          )}
        </Panel>
        {me.permissions.includes('carriers.read') && isStaffRole(me) && <BelowCostPanel />}
      </div>
    </>
  )
}

const nameless = oncePerLanguage((): Readonly<Record<MarginBy, string>> => ({
  customer: marginTexts.noCustomer,
  destination: marginTexts.noDestination,
  carrier: marginTexts.noCarrier,
}))

function columnsOf(by: MarginBy): readonly Column<MarginRow>[] {
  return [
    {
      id: 'name',
      head: sides()[by],
      phone: 'title',
      cell: ({ name }) => name || <span className="text-muted">{nameless()[by]}</span>,
    },
    { id: 'calls', head: marginTexts.calls, align: 'end', phone: 'note', cell: callsOf },
    {
      id: 'charge',
      head: marginTexts.charged,
      align: 'end',
      cell: (row) => <MoneyText micros={row.chargeMicros} currency={row.currency} withCode />,
    },
    {
      id: 'cost',
      head: marginTexts.cost,
      align: 'end',
      phone: 'below',
      cell: (row) => (
        <>
          <span className="md:hidden">
            {marginTexts.chargedCost(formatMoney(row.chargeMicros, row.currency, { withCode: true }))}{' '}
          </span>
          <MoneyText micros={row.costMicros} currency={row.costCurrency} withCode />
        </>
      ),
    },
    { id: 'margin', head: marginTexts.margin, align: 'end', phone: 'value', cell: marginOf },
    {
      id: 'share',
      head: marginTexts.ofCharge,
      align: 'end',
      phone: 'aside',
      cell: ({ marginMicros, chargeMicros }) => percentText(marginMicros, chargeMicros),
    },
  ]
}

function callsOf({ calls, callsWithoutCost }: MarginRow) {
  return (
    <>
      <span className="max-md:hidden">{formatCount(calls)}</span>
      <span className="md:hidden">{marginTexts.countOfCalls(calls, formatCount(calls))}</span>
      {callsWithoutCost > 0 && (
        <span className="text-muted"> {marginTexts.withoutCost(formatCount(callsWithoutCost))}</span>
      )}
    </>
  )
}

function marginOf({ marginMicros, currency }: Pick<MarginRow, 'marginMicros' | 'currency'>) {
  if (marginMicros === null) return <span className="text-muted">{marginTexts.twoCurrencies}</span>
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
      <Figure label={marginTexts.charged} note={marginTexts.countOfCalls(total.calls, formatCount(total.calls))}>
        <MoneyText micros={total.chargeMicros} currency={total.currency} withCode />
      </Figure>
      <Figure
        label={marginTexts.cost}
        note={
          total.callsWithoutCost > 0
            ? marginTexts.unknownCost(total.callsWithoutCost, formatCount(total.callsWithoutCost))
            : isStaffRole(me)
              ? marginTexts.byDecks
              : marginTexts.youPay
        }
      >
        <MoneyText micros={total.costMicros} currency={total.costCurrency} withCode />
      </Figure>
      <Figure
        isWide
        label={marginTexts.margin}
        note={
          total.marginMicros === null
            ? marginTexts.notExchanged
            : marginTexts.share(percentText(total.marginMicros, total.chargeMicros))
        }
      >
        {marginOf(total)}
      </Figure>
    </div>
  ))
}

const price = (nanos: string, currency: string): string => `${currency} ${formatNanos(BigInt(nanos))}`

const belowColumns = oncePerLanguage((): readonly Column<BelowCost>[] => [
  {
    id: 'destination',
    head: marginTexts.destination,
    phone: 'title',
    cell: ({ destination, prefix }) => (
      <>
        {destination} <span className="text-muted">+{prefix}</span>
      </>
    ),
  },
  { id: 'carrier', head: marginTexts.carrier, phone: 'note', cell: ({ carrierName }) => carrierName },
  {
    id: 'price',
    head: marginTexts.soldAt,
    align: 'end',
    cell: ({ priceNanosPerMinute, currency }) => price(priceNanosPerMinute, currency),
  },
  {
    id: 'cost',
    head: marginTexts.asked,
    align: 'end',
    phone: 'aside',
    cell: ({ costNanosPerMinute, currency }) => price(costNanosPerMinute, currency),
  },
  {
    id: 'act',
    head: marginTexts.done,
    phone: 'value',
    cell: ({ refused }) => (
      <StatusChip tone={refused ? 'danger' : 'warn'} icon={refused ? 'blocked' : 'info'}>
        {refused ? marginTexts.notUsed : marginTexts.used}
      </StatusChip>
    ),
  },
  { id: 'calls', head: marginTexts.calls, align: 'end', cell: ({ calls }) => formatCount(calls) },
  {
    id: 'last',
    head: marginTexts.last,
    align: 'end',
    phone: 'below',
    cell: ({ lastSeenAt }) => <InstantText iso={lastSeenAt} />,
  },
])

function policyText(policy: 'refuse' | 'allow' | undefined): string {
  if (policy === 'allow') return marginTexts.allowed
  return marginTexts.refusedRoutes
}

function BelowCostPanel() {
  const routes = useQuery(belowCostRead)
  return (
    <Panel title={marginTexts.below} aside={policyText(routes.data?.policy)}>
      <DataTable
        caption={marginTexts.below}
        columns={belowColumns()}
        rows={routes.data?.items}
        idOf={({ id }) => id}
        failure={routes.error ? { message: routes.error.message, retry: () => void routes.refetch() } : undefined}
        empty={<EmptyState title={marginTexts.allAbove} />}
      />
    </Panel>
  )
}
