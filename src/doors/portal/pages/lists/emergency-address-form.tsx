/** Where help is sent for calls from a number: asked from its customer, in force once the provider activates it. */

import { useQueryClient } from '../../data/query.ts'
import { formatNumber } from '../../../../base/index.ts'
import { api } from '../../data/api.ts'
import { changed, type PhoneNumber } from '../../data/company.ts'
import { Field } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { tell } from '../../ui/toast.tsx'
import { listsTexts } from './lists-texts.ts'

type FormProps = { readonly number: PhoneNumber; readonly onClose: () => void }

/** The form. */
export function EmergencyAddressForm({ number, onClose }: FormProps) {
  const client = useQueryClient()
  const shown = formatNumber(number.number)
  return (
    <FormDialog
      title={listsTexts.addressOf(shown)}
      act={listsTexts.sendReview}
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
        tell('ok', listsTexts.sentReview(shown))
        await changed(client, '/api/v1/numbers')
        onClose()
        return done
      }}
    >
      <p className="text-muted">{listsTexts.helpSent}</p>
      <div className="grid grid-cols-2 gap-3">
        <Field className="col-span-2" label={listsTexts.shownName} name="callerName" required maxLength={100} />
        <Field className="col-span-2" label={listsTexts.street} name="street" required maxLength={200} />
        <Field label={listsTexts.unit} name="unit" maxLength={50} />
        <Field label={listsTexts.city} name="city" required maxLength={100} />
        <Field label={listsTexts.region} name="region" required maxLength={50} />
        <Field label={listsTexts.postal} name="postalCode" required minLength={3} maxLength={12} />
        <Field
          label={listsTexts.country}
          name="country"
          required
          pattern="[A-Za-z]{2}"
          title={listsTexts.twoLetters}
          defaultValue="CA"
          maxLength={2}
        />
      </div>
    </FormDialog>
  )
}
