/** Dashboard: what goes on now, what has just ended and what it cost, what is owed and what is left. */

import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { accountsRead, liveCallsRead, recentCallsRead, type Account } from '../data/api.ts'
import { Figure, PageHead, Panel } from '../ui/panel.tsx'
import { MoneyText } from '../ui/figures.tsx'
import { useHouse } from '../shell/house.tsx'
import { NavLink } from '../shell/nav-link.tsx'
import { OpenCall } from './open-call.tsx'
import { CallsTable } from './calls-table.tsx'
import { LiveCallsTable } from './live-calls-table.tsx'
import type { PageModule } from '../shell/page-module.ts'

export const title = 'Dashboard'

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
      <PageHead title="Dashboard" note={`Times are in your time zone, ${me.zone}.`} />
      <div className="grid gap-5">
        {me.permissions.includes('accounts.read') && <Balances />}
        {mayWatch && <CallsNow />}
        <Panel
          title="Recent calls"
          aside={
            me.permissions.includes('transactions.read') && (
              <NavLink to="/billing/transactions" isCurrent={false} className="text-accent-text hover:underline">
                Open all transactions
              </NavLink>
            )
          }
        >
          <CallsTable
            caption="Recent calls"
            isLive
            rows={recent.data?.items}
            failure={recent.error ? { message: recent.error.message, retry: () => void recent.refetch() } : undefined}
            empty="No calls yet. The first call appears here a moment after it has ended."
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
    <Panel title="Calls in progress" aside={count ? `${count} now` : undefined}>
      <LiveCallsTable calls={calls} />
    </Panel>
  )
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
          label="Balance owed"
          note={
            <button type="button" className="min-h-6 text-accent-text hover:underline" onClick={() => open(true)}>
              All charges so far, less what you have paid
            </button>
          }
        >
          <MoneyText micros={account.balanceMicros} currency={account.currency} />
        </Figure>
        <Figure label="Credit limit" note={<CreditBar account={account} />}>
          <MoneyText micros={account.creditLimitMicros} currency={account.currency} />
        </Figure>
        <Figure
          label="Available for calls"
          note={
            BigInt(account.reservedMicros) > 0n ? (
              <>
                <MoneyText micros={account.reservedMicros} currency={account.currency} /> set aside for calls in
                progress
              </>
            ) : (
              'Emergency, internal and on-net calls always work'
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
        aria-label="Share of the credit limit that is used"
        className="bar h-1.5 w-24 overflow-hidden rounded-full"
      />
      {percent} % used
    </span>
  )
}
