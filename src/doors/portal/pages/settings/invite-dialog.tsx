/** Inviting somebody: name, address, role; for a phone user also who he is in the phone system. */

import { useQueryClient } from '../../data/query.ts'
import { useState } from 'react'
import { api, type Me } from '../../data/api.ts'
import { changed, peopleRead } from '../../data/company.ts'
import { useList } from '../../data/use-list.ts'
import { useHouse } from '../../shell/house.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { tell } from '../../ui/toast.tsx'
import { settingsTexts } from './settings-texts.ts'

type Role = Me['role']

/** The roles of the own kind of company. */
function rolesFor({ role }: Me): readonly Role[] {
  const kind = role === 'phone_user' ? 'customer' : role.split('_')[0]!
  const all = Object.keys(settingsTexts.roles) as Role[]
  return all.filter((one) => one.startsWith(`${kind}_`) || (kind === 'customer' && one === 'phone_user'))
}

/** The dialog. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const { me } = useHouse()
  const client = useQueryClient()
  const roles = rolesFor(me)
  const [role, choose] = useState<Role>(roles[0]!)
  const people = useList(peopleRead(), { enabled: role === 'phone_user' })
  const texts = settingsTexts.users
  return (
    <FormDialog
      title={texts.invite}
      act={texts.inviteAct}
      onClose={onClose}
      send={async (read) => {
        const email = read('email')
        const person = role === 'phone_user' ? { personId: read('person') } : {}
        const done = await api.post('/api/v1/logins', { body: { name: read('name'), email, role, ...person } })
        if (done.ok) {
          tell('ok', texts.invited(email))
          await changed(client, '/api/v1/logins')
          onClose()
        }
        return done
      }}
    >
      <Field label={settingsTexts.name} name="name" required maxLength={200} autoComplete="off" />
      <Field label={settingsTexts.email} name="email" type="email" required maxLength={254} autoComplete="off" />
      <SelectField
        label={settingsTexts.role}
        name="role"
        value={role}
        onChange={(event) => choose(event.target.value as Role)}
      >
        {roles.map((one) => (
          <option key={one} value={one}>
            {settingsTexts.roles[one]}
          </option>
        ))}
      </SelectField>
      {role === 'phone_user' && (
        <SelectField label={texts.person} name="person" required>
          {people.rows?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <p className="text-table text-muted">{texts.inviteNote}</p>
    </FormDialog>
  )
}
