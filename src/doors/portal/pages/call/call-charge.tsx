/** What a call cost, why, line by line, and the way to have it computed again. */

import type { CallRecord } from '../../data/api.ts'
import { reasonWords } from '../../ui/call-words.tsx'
import { MoneyText } from '../../ui/figures.tsx'
import { ChargeExplained } from '../charge-explained.tsx'
import { callPageTexts } from './page-texts.ts'

/** The charge. */
export function CallCharge({ call }: { readonly call: CallRecord }) {
  return (
    <section className="rounded-panel border border-line bg-surface p-4">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="font-semibold">{callPageTexts.charge}</h2>
        <p className="text-section font-semibold">
          <MoneyText micros={call.chargeMicros} currency={call.currency} />
        </p>
      </div>
      <p className="mt-1 text-muted">{reasonWords(call.chargeReason)}</p>
      {call.explanation.length > 0 && (
        <ol className="mt-3 grid gap-1.5 border-t border-line pt-3 font-mono text-caption">
          {call.explanation.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ol>
      )}
      <ChargeExplained id={call.id} />
    </section>
  )
}
