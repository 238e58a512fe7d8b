/** E-transfer, EFT and cheque: where to send it and what to write; bank details only when somebody asks for them. */

import { useState } from 'react'
import { parseMicros, ok } from '../../../../base/index.ts'
import { api } from '../../data/api.ts'
import type { PaymentInfo } from '../../data/payments.ts'
import { Button } from '../../ui/button.tsx'
import { Facts, type Fact } from '../../ui/facts.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { paymentsTexts } from './payments-texts.ts'

type Rows = readonly { readonly label: string; readonly value: string }[]

/** The panel. */
export function OtherWays({ info: { instructions } }: { readonly info: PaymentInfo }) {
  const [bank, setBank] = useState<Rows>()
  const [isTelling, setTelling] = useState(false)
  const { mailbox, answer, note, payee, postalAddress } = instructions
  const reveal = async (): Promise<void> => {
    const shown = await api.post('/api/v1/brand/bank-details', {})
    if (!shown.ok) return tell('danger', `${shown.failure.message}.`)
    return setBank(shown.value.rows)
  }
  const transfer: readonly Fact[] = [
    { name: paymentsTexts.mailbox, value: mailbox },
    { name: paymentsTexts.answer, value: answer || paymentsTexts.autoDeposit },
    { name: paymentsTexts.note, value: note },
  ]
  const cheque: readonly Fact[] = [
    { name: paymentsTexts.payable, value: payee },
    { name: paymentsTexts.postTo, value: postalAddress },
  ]
  return (
    <Panel title={paymentsTexts.otherWays} aside={paymentsTexts.otherWaysNote}>
      <div className="grid gap-5 px-4 pb-4">
        <section className="grid gap-2">
          <h3 className="font-semibold">{paymentsTexts.etransfer}</h3>
          <Facts facts={transfer} />
        </section>
        <section className="grid gap-2">
          <h3 className="font-semibold">{paymentsTexts.eft}</h3>
          <p className="text-muted">{paymentsTexts.eftNote}</p>
          {bank ? (
            <Facts facts={bank.map(({ label, value }) => ({ name: label, value }))} />
          ) : (
            <div className="flex flex-wrap items-center gap-3">
              <Button onClick={() => void reveal()}>{paymentsTexts.bankDetails}</Button>
              <span className="text-caption text-muted">{paymentsTexts.hidden}</span>
            </div>
          )}
        </section>
        <section className="grid gap-2">
          <h3 className="font-semibold">{paymentsTexts.cheque}</h3>
          <Facts facts={cheque} />
        </section>
        <div>
          <Button onClick={() => setTelling(true)}>{paymentsTexts.announce}</Button>
        </div>
      </div>
      {isTelling && <Announce onClose={() => setTelling(false)} />}
    </Panel>
  )
}

type Method = 'etransfer' | 'eft' | 'cheque'

function Announce({ onClose }: { readonly onClose: () => void }) {
  return (
    <FormDialog
      title={paymentsTexts.announce}
      act={paymentsTexts.send}
      onClose={onClose}
      send={async (read) => {
        const text = read('amount')
        const amount = text === '' ? ok(undefined) : parseMicros(text)
        if (!amount.ok) return amount
        const amountMicros = amount.value === undefined ? {} : { amountMicros: String(amount.value) }
        const body = { method: read('method') as Method, reference: read('reference'), ...amountMicros }
        const done = await api.post('/api/v1/payment-info/notices', { body })
        if (!done.ok) return done
        tell('ok', paymentsTexts.announced)
        onClose()
        return done
      }}
    >
      <p className="text-muted">{paymentsTexts.announceNote}</p>
      <SelectField label={paymentsTexts.method} name="method">
        <option value="etransfer">{paymentsTexts.etransfer}</option>
        <option value="eft">{paymentsTexts.eft}</option>
        <option value="cheque">{paymentsTexts.cheque}</option>
      </SelectField>
      <Field label={paymentsTexts.amount} name="amount" inputMode="decimal" autoComplete="off" />
      <Field label={paymentsTexts.reference} name="reference" maxLength={200} autoComplete="off" />
    </FormDialog>
  )
}
