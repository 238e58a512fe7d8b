/** "Report a problem with this call": a ticket that carries the call as its sample, as support asks for it. */

import { useState } from 'react'
import { formatNumber } from '../../../../base/index.ts'
import { api, type CallRecord } from '../../data/api.ts'
import { useHouse } from '../../shell/house.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/choice.tsx'
import { SelectField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { tell } from '../../ui/toast.tsx'
import { callPageTexts } from './page-texts.ts'

/** The seed's words: "source number, destination number, date and time". */
function sampleOf(call: CallRecord): string {
  return [
    `From: ${call.from}`,
    `To: ${call.to}`,
    `Date and time: ${call.startedAt.replace(/\.[0-9]+/, '')}`,
    '',
    `Call-ID: ${call.sipCallId}`,
    `Record: ${call.id}`,
  ].join('\n')
}

/** The button and its dialog. */
export function ReportProblem({ call }: { readonly call: CallRecord }) {
  const { me } = useHouse()
  const [isOpen, setOpen] = useState(false)
  const texts = callPageTexts.problem
  return (
    <>
      <Button look="primary" onPointerEnter={warmDialog} onFocus={warmDialog} onClick={() => setOpen(true)}>
        {texts.act}
      </Button>
      {isOpen && (
        <FormDialog
          title={texts.title}
          act={texts.send}
          onClose={() => setOpen(false)}
          send={async (read) => {
            const kind = read('kind')
            const done = await api.post('/api/v1/support/tickets', {
              body: {
                ...(call.tenantId === me.tenantId ? {} : { customerId: call.tenantId }),
                subject: texts.subject(kind).slice(0, 200),
                description: `${kind}\n${read('description')}\n\n${sampleOf(call)}`,
                affected: formatNumber(call.from),
              },
            })
            if (done.ok) {
              tell('ok', texts.sent(done.value.number))
              setOpen(false)
            }
            return done
          }}
        >
          <SelectField label={texts.kind} name="kind">
            {texts.kinds.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </SelectField>
          <TextArea label={texts.ask} name="description" maxLength={5000} rows={4} hint={texts.hint} required />
        </FormDialog>
      )}
    </>
  )
}
