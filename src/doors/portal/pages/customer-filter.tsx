/** Narrows a report to one customer: typed in part, chosen from the browser's own list, taken away by its cross. */

import { useQuery } from '../data/query.ts'
import { useDeferredValue, useState } from 'react'
import type { Customer } from '../data/api.ts'
import { customerRead, customersRead } from '../data/company.ts'
import { useList } from '../data/use-list.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { transactionsTexts } from './transactions-texts.ts'

type FilterProps = {
  readonly customerId: string | undefined
  readonly onChange: (customerId: string | undefined) => void
}

/** The filter. */
export function CustomerFilter({ customerId, onChange }: FilterProps) {
  if (customerId === undefined) return <Chooser onChange={onChange} />
  return <Chosen customerId={customerId} onChange={onChange} />
}

function Chosen({ customerId, onChange }: FilterProps & { customerId: string }) {
  const customer = useQuery(customerRead(customerId))
  const name = customer.data?.name ?? (customer.error ? transactionsTexts.notHere : '…')
  return (
    <p className="flex min-h-9 items-center gap-1 rounded-control bg-accent-soft py-0.5 pr-0.5 pl-3 text-accent-text">
      <span>
        {transactionsTexts.only} <strong className="font-medium">{name}</strong>
      </span>
      <Button
        look="quiet"
        size="small"
        icon="cross"
        aria-label={transactionsTexts.showAll}
        onClick={() => onChange(undefined)}
      />
    </p>
  )
}

/** Names may be shared; account IDs are not. */
const textOf = ({ name, accountCode }: Customer): string => `${name} · ${accountCode}`

function Chooser({ onChange }: Pick<FilterProps, 'onChange'>) {
  const [typed, type] = useState('')
  const search = useDeferredValue(typed.trim())
  const { rows } = useList(customersRead(search), { enabled: search !== '' })
  const choose = (text: string): void => {
    type(text)
    const chosen = rows?.find((customer) => textOf(customer) === text)
    if (chosen) onChange(chosen.id)
  }
  return (
    <>
      <Field
        label={transactionsTexts.customer}
        type="search"
        list="customers-that-fit"
        placeholder={transactionsTexts.allCustomers}
        maxLength={100}
        autoComplete="off"
        value={typed}
        onChange={(event) => choose(event.target.value)}
        className="w-64 max-w-full"
      />
      <datalist id="customers-that-fit">
        {rows?.map((customer) => (
          <option key={customer.id}>{textOf(customer)}</option>
        ))}
      </datalist>
    </>
  )
}
