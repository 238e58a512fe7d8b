/** A customer's status as a chip, and the question before it is changed. */

import { useQueryClient } from '../../data/query.ts'
import { api, type Customer } from '../../data/api.ts'
import { changed } from '../../data/company.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { StatusChip } from '../../ui/status.tsx'
import { tell } from '../../ui/toast.tsx'
import { listsTexts } from './lists-texts.ts'
import { oncePerLanguage } from '../../words/language.ts'

const states = oncePerLanguage(
  () =>
    ({
      active: { word: listsTexts.activeCustomer, tone: 'ok', icon: 'check' },
      suspended: { word: listsTexts.suspended, tone: 'warn', icon: 'blocked' },
      terminated: { word: listsTexts.terminated, tone: 'neutral', icon: 'cross' },
    }) as const,
)

/** The chip. */
export function CustomerStatus({ status }: Pick<Customer, 'status'>) {
  return (
    <StatusChip tone={states()[status].tone} icon={states()[status].icon}>
      {states()[status].word}
    </StatusChip>
  )
}

type ChangeProps = { readonly customer: Customer; readonly onClose: () => void }

/** Suspends an active customer or resumes a suspended one, after asking why. */
export function ChangeStatus({ customer, onClose }: ChangeProps) {
  const client = useQueryClient()
  const isSuspending = customer.status === 'active'
  const act = isSuspending ? listsTexts.suspend : listsTexts.resume
  return (
    <FormDialog
      title={`${act} ${customer.name} (${customer.accountCode})?`}
      act={act}
      look={isSuspending ? 'danger' : 'primary'}
      onClose={onClose}
      send={async (read) => {
        const body = { to: isSuspending ? 'suspended' : 'active', reason: read('reason') } as const
        const done = await api.post('/api/v1/customers/{id}/status', { params: { id: customer.id }, body })
        if (!done.ok) return done
        tell('ok', isSuspending ? listsTexts.wasSuspended(customer.name) : listsTexts.wasResumed(customer.name))
        await changed(client, '/api/v1/customers')
        onClose()
        return done
      }}
    >
      <p className="text-muted">{isSuspending ? listsTexts.suspendNote : listsTexts.resumeNote}</p>
      <Field
        label={listsTexts.reason}
        name="reason"
        required
        minLength={3}
        maxLength={1000}
        hint={listsTexts.reasonHint}
        autoComplete="off"
      />
    </FormDialog>
  )
}
