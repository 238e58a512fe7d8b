/** Why a call was charged what it was charged: asked for, computed again by the ledger, told in sentences. */

import { useQuery } from '../data/query.ts'
import { useState } from 'react'
import { explanationRead, type Explained } from '../data/explanation.ts'
import { useHouse } from '../shell/house.tsx'
import { isStaffRole } from '../shell/navigation.ts'
import { Button } from '../ui/button.tsx'
import { MoneyText } from '../ui/figures.tsx'
import { FailureState, Skeleton } from '../ui/panel.tsx'
import { StatusChip } from '../ui/status.tsx'

/** A button, and after it the derivation. */
export function ChargeExplained({ id }: { id: string }) {
  const [isAsked, ask] = useState(false)
  const explained = useQuery({ ...explanationRead(id), enabled: isAsked })
  if (!isAsked) {
    return (
      <Button size="small" icon="info" className="mt-3" onClick={() => ask(true)}>
        Compute it again and compare
      </Button>
    )
  }
  if (explained.data) return <Derivation explained={explained.data} />
  if (explained.error) {
    return <FailureState message={explained.error.message} onRetry={() => void explained.refetch()} />
  }
  return <Skeleton lines={5} />
}

function Derivation({ explained }: { explained: Explained }) {
  const { me } = useHouse()
  const { charges, cost, sentences, matches } = explained
  const hasLevels = charges.length > 1 || (isStaffRole(me) && cost !== null)
  return (
    <div className="mt-3 border-t border-line pt-3" data-explained={matches}>
      <StatusChip tone={matches ? 'ok' : 'danger'} icon={matches ? 'check' : 'cross'}>
        {matches ? 'Comes out the same' : 'Does not come out the same'}
      </StatusChip>
      {hasLevels && (
        <table className="mt-3 w-full text-table">
          <caption className="sr-only">Who pays what for this call</caption>
          <tbody>
            {charges.map((charge) => (
              <tr key={charge.level} className="border-b border-line">
                <th scope="row" className="py-1.5 text-left font-normal">
                  {charge.payer} <span className="text-muted">pays</span>
                </th>
                <td className="py-1.5 text-right">
                  <MoneyText micros={charge.chargeMicros} currency={charge.currency} withCode />
                </td>
              </tr>
            ))}
            {cost && (
              <tr>
                <th scope="row" className="py-1.5 text-left font-normal">
                  {cost.carrierName} <span className="text-muted">asks</span>
                </th>
                <td className="py-1.5 text-right">
                  {cost.costMicros !== null && cost.currency !== null ? (
                    <MoneyText micros={cost.costMicros} currency={cost.currency} withCode />
                  ) : (
                    <span className="text-muted">Not known</span>
                  )}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
      <ol className="mt-3 grid list-decimal gap-1.5 pl-5">
        {sentences.map((text, at) => (
          // Two levels may have one sentence in common.
          <li key={`${at} ${text}`}>{text}</li>
        ))}
      </ol>
    </div>
  )
}
