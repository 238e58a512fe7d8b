/** Where help is sent for calls from a number: asked from its customer, in force once the provider activates it. */

import { useQueryClient } from '@tanstack/react-query'
import { formatNumber } from '../../../../base/index.ts'
import { api } from '../../data/api.ts'
import { changed, type PhoneNumber } from '../../data/company.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { tell } from '../../ui/toast.tsx'

type FormProps = { readonly number: PhoneNumber; readonly onClose: () => void }

/** The form. */
export function EmergencyAddressForm({ number, onClose }: FormProps) {
  const client = useQueryClient()
  const shown = formatNumber(number.number)
  return (
    <FormDialog
      title={`911 address of ${shown}`}
      act="Send for review"
      onClose={onClose}
      send={async (read) => {
        const body = {
          customerId: number.customerId,
          phoneNumberId: number.id,
          callerName: read('callerName'),
          street: read('street'),
          unit: read('unit'),
          city: read('city'),
          region: read('region'),
          postalCode: read('postalCode'),
          country: read('country').toUpperCase(),
        }
        const done = await api.post('/api/v1/emergency-addresses', { body })
        if (!done.ok) return done
        tell('ok', `The address of ${shown} was sent for review.`)
        await changed(client, '/api/v1/numbers')
        onClose()
        return done
      }}
    >
      <p className="text-muted">
        Help is sent here when somebody calls 911 from this number. The present address stays in force until the new one
        has been reviewed.
      </p>
      <div className="grid grid-cols-2 gap-3">
        <Field
          className="col-span-2"
          label="Name shown to the emergency centre"
          name="callerName"
          required
          maxLength={100}
        />
        <Field className="col-span-2" label="Street and house number" name="street" required maxLength={200} />
        <Field label="Unit or floor" name="unit" maxLength={50} />
        <Field label="City" name="city" required maxLength={100} />
        <Field label="Province or state" name="region" required maxLength={50} />
        <Field label="Postal code" name="postalCode" required minLength={3} maxLength={12} />
        <Field
          label="Country"
          name="country"
          required
          pattern="[A-Za-z]{2}"
          title="Two letters, such as CA"
          defaultValue="CA"
          maxLength={2}
        />
      </div>
    </FormDialog>
  )
}
