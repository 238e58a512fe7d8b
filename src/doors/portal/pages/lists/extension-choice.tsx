/** A choice among a customer's extensions. */

import { useQuery } from '../../data/query.ts'
import type { ComponentProps } from 'react'
import { api, valueOf } from '../../data/api.ts'
import { SelectField } from '../../ui/field.tsx'

type ChoiceProps = ComponentProps<typeof SelectField> & { readonly customerId: string | undefined }

/** The choice; what stands inside comes first. */
export function ExtensionChoice({ customerId, children, ...select }: ChoiceProps) {
  const extensions = useQuery({
    queryKey: ['extensions to choose from', customerId],
    queryFn: ({ signal }) => valueOf(api.get('/api/v1/extensions', { query: { customerId, limit: '200' }, signal })),
    staleTime: 0,
  })
  const key = extensions.data ? 'here' : 'loading'
  return (
    <SelectField key={key} {...select}>
      {children}
      {extensions.data?.items.map(({ id, number, name }) => (
        <option key={id} value={id}>
          {number} {name}
        </option>
      ))}
    </SelectField>
  )
}
