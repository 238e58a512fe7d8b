/** How the balance comes about, moving while calls run. Fetched after the Dashboard has been painted. */

import { useQuery } from '../data/query.ts'
import type { ReactNode } from 'react'
import { balanceRead, type Balance } from '../data/balance.ts'
import { formatCount } from '../format/money.ts'
import { InstantText, MoneyText } from '../ui/figures.tsx'
import { FailureState, Panel, Skeleton } from '../ui/panel.tsx'
import { balanceTexts } from './live-balance-texts.ts'

/** While calls run their cost is asked for so often. */
const TICK_MS = 2000
/** A call that begins elsewhere is noticed by then at the latest. */
const LOOK_MS = 15_000

/** The panel. */
export function LiveBalance({ accountId }: { accountId: string }) {
  const balance = useQuery({
    ...balanceRead(accountId),
    refetchInterval: ({ state }) => ((state.data?.running?.calls ?? 0) > 0 ? TICK_MS : LOOK_MS),
  })
  return (
    <Panel title={balanceTexts.title} aside={balance.data && <InstantText iso={balance.data.at} />}>
      {balance.data ? (
        <Parts balance={balance.data} />
      ) : balance.error ? (
        <FailureState message={balance.error.message} onRetry={() => void balance.refetch()} />
      ) : (
        <Skeleton lines={4} />
      )}
    </Panel>
  )
}

function Parts({ balance }: { balance: Balance }) {
  const { currency, running, calls } = balance
  const money = (micros: bigint | string): ReactNode => <MoneyText micros={micros} currency={currency} />
  const withRunning = BigInt(balance.balanceMicros) + BigInt(running?.chargeMicros ?? 0)
  return (
    <dl className="grid gap-y-1.5 px-4 pb-4" data-balance>
      <Line
        name={
          <>
            {balanceTexts.before} <InstantText iso={balance.since} />
          </>
        }
      >
        {money(balance.earlierMicros)}
      </Line>
      <Line name={balanceTexts.charges(calls, formatCount(calls))}>{money(balance.chargesMicros)}</Line>
      {balance.adjustmentsMicros !== '0' && (
        <Line name={balanceTexts.corrections}>{money(balance.adjustmentsMicros)}</Line>
      )}
      <Line name={balanceTexts.payments}>{money(-BigInt(balance.paymentsMicros))}</Line>
      <Line isSum name={balanceTexts.owed}>
        {money(balance.balanceMicros)}
      </Line>
      {running === null ? (
        <Line name={balanceTexts.inProgress}>
          <span className="text-muted">{balanceTexts.unknown}</span>
        </Line>
      ) : (
        running.calls > 0 && (
          <>
            <Line name={balanceTexts.soFar(running.calls, formatCount(running.calls))}>
              {money(running.chargeMicros)}
            </Line>
            <Line isSum name={balanceTexts.ifEnded}>
              {money(withRunning)}
            </Line>
            <Line name={balanceTexts.setAside}>{money(running.reservedMicros)}</Line>
          </>
        )
      )}
    </dl>
  )
}

function Line({ name, isSum = false, children }: { name: ReactNode; isSum?: boolean; children: ReactNode }) {
  return (
    <div
      className={`flex items-baseline justify-between gap-4 ${isSum ? 'border-t border-line pt-1.5 font-medium' : ''}`}
    >
      <dt className={isSum ? '' : 'text-muted'}>{name}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  )
}
