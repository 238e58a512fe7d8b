/** What is known of an object, as names and values: two columns, or one below the other on a phone. */

import type { ReactNode } from 'react'

export type Fact = {
  readonly name: string
  /** Nothing is not shown. */
  readonly value: ReactNode
}

/** The list. */
export function Facts({ facts }: { facts: readonly (Fact | false)[] }) {
  return (
    <dl className="grid grid-cols-[minmax(7rem,auto)_minmax(0,1fr)] gap-x-6 gap-y-2 max-[24rem]:grid-cols-1">
      {facts.map((fact) =>
        fact && fact.value !== null && fact.value !== undefined && fact.value !== '' ? (
          <div key={fact.name} className="contents">
            <dt className="text-muted">{fact.name}</dt>
            <dd className="min-w-0 wrap-anywhere">{fact.value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
