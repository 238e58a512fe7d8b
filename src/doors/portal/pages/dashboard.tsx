/** Dashboard: what goes on now, what has just ended and what it cost, what is owed and what is left. */

import { useQuery } from '../data/query.ts'
import { lazy, Suspense, useState, useSyncExternalStore } from 'react'
import { accountsRead, liveCallsRead, recentCallsRead, type Account } from '../data/api.ts'
import { menuTexts } from '../words/menu-texts.ts'
import { Figure, PageHead, Panel } from '../ui/panel.tsx'
import { MoneyText } from '../ui/figures.tsx'
import { useHouse } from '../shell/house.tsx'
import { NavLink } from '../shell/nav-link.tsx'
import { OpenCall } from './open-call.tsx'
import { CallsTable } from './calls-table.tsx'
import { LiveCallsTable } from './live-calls-table.tsx'
import type { PageModule } from '../shell/page-module.ts'
import { dashboardTexts } from './dashboard-texts.ts'

export const title = (): string => menuTexts.dashboard

/** Calls in progress, calls that ended last, balances where the reader may see them. */
export const firstReads: PageModule['firstReads'] = ({ me }) => [
  recentCallsRead.queryKey[0],
  ...(me.permissions.includes('live_calls.read') ? [liveCallsRead.queryKey[0]] : []),
  ...(me.permissions.includes('accounts.read') ? [accountsRead.queryKey[0]] : []),
]

/** The page. */
export function Page() {
  const { me } = useHouse()
  const recent = useQuery(recentCallsRead)
  const [opened, open] = useState<string>()
  const mayWatch = me.permissions.includes('live_calls.read')
  return (
    <>
      <PageHead title={menuTexts.dashboard} note={dashboardTexts.note(me.zone)} />
      <div className="grid gap-5">
        <AfterFirstView />
        {me.permissions.includes('accounts.read') && <Balances />}
        {mayWatch && <CallsNow />}
        <Panel
          title={dashboardTexts.recent}
          aside={
            me.permissions.includes('transactions.read') && (
              <NavLink to="/billing/transactions" isCurrent={false} className="text-accent-text hover:underline">
                {dashboardTexts.openAll}
              </NavLink>
            )
          }
        >
          <CallsTable
            caption={dashboardTexts.recent}
            isLive
            rows={recent.data?.items}
            failure={recent.error ? { message: recent.error.message, retry: () => void recent.refetch() } : undefined}
            empty={dashboardTexts.none}
            onOpen={(call) => open(call.id)}
          />
        </Panel>
      </div>
      {opened && <OpenCall id={opened} onClose={() => open(undefined)} />}
    </>
  )
}

function CallsNow() {
  const calls = useQuery(liveCallsRead)
  const count = calls.data?.items.length
  return (
    <Panel title={dashboardTexts.inProgress} aside={count ? dashboardTexts.now(count) : undefined}>
      <LiveCallsTable calls={calls} />
    </Panel>
  )
}

const Setup = lazy(async () => ({ default: (await import('./setup.tsx')).Setup }))

const never = (): (() => void) => () => undefined

/** Alerts and the checklist, once the page stands: they would slow the first view down. */
function AfterFirstView() {
  const isLater = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return isLater ? (
    <Suspense>
      <Setup />
    </Suspense>
  ) : null
}

const LiveBalance = lazy(async () => ({ default: (await import('./live-balance.tsx')).LiveBalance }))

/** What is owed and left; how it comes about is fetched when somebody asks, or when a paid call makes it move. */
function Balances() {
  const { data } = useQuery(accountsRead)
  const { data: calls } = useQuery({ ...liveCallsRead, enabled: false })
  const [isOpen, open] = useState(false)
  const isMoving = calls?.items.some((call) => call.reservedMicros !== null)
  const items = data?.items ?? []
  if (items.length !== 1) return null
  const account = items[0]!
  return (
    <>
      <div className="grid grid-cols-2 gap-4 max-sm:gap-3 sm:grid-cols-3">
        <Figure
          isWide
          label={dashboardTexts.owed}
          note={
            <button type="button" className="min-h-6 text-accent-text hover:underline" onClick={() => open(true)}>
              {dashboardTexts.owedNote}
            </button>
          }
        >
          <MoneyText micros={account.balanceMicros} currency={account.currency} />
        </Figure>
        <Figure label={dashboardTexts.limit} note={<CreditBar account={account} />}>
          <MoneyText micros={account.creditLimitMicros} currency={account.currency} />
        </Figure>
        <Figure
          label={dashboardTexts.available}
          note={
            BigInt(account.reservedMicros) > 0n ? (
              <>
                <MoneyText micros={account.reservedMicros} currency={account.currency} /> {dashboardTexts.setAside}
              </>
            ) : (
              dashboardTexts.alwaysWork
            )
          }
        >
          <MoneyText micros={account.availableMicros} currency={account.currency} />
        </Figure>
      </div>
      {(isOpen || isMoving) && (
        <Suspense>
          <LiveBalance accountId={account.id} />
        </Suspense>
      )}
    </>
  )
}

/** How much of the limit is used, as a bar and in words. */
function CreditBar({ account }: { account: Account }) {
  const limit = BigInt(account.creditLimitMicros)
  const used = limit - BigInt(account.availableMicros)
  const percent = limit > 0n ? Math.min(100, Math.max(0, Number((used * 100n) / limit))) : 0
  return (
    <span className="flex items-center gap-2">
      <progress
        value={percent}
        max={100}
        aria-label={dashboardTexts.usedShare}
        className="bar h-1.5 w-24 overflow-hidden rounded-full"
      />
      {dashboardTexts.used(percent)}
    </span>
  )
}
