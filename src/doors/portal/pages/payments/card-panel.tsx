/** The stored card: what may be shown of it, whether it is charged every month, and Edit. */

import { useCallback, useState } from 'react'
import { useQueryClient } from '../../data/query.ts'
import { api } from '../../data/api.ts'
import { changed } from '../../data/company.ts'
import type { PaymentInfo } from '../../data/payments.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { InstantText } from '../../ui/figures.tsx'
import { warmDialog } from '../../ui/lazy-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { tell } from '../../ui/toast.tsx'
import { CardDialog } from './card-dialog.tsx'
import { cardName } from './payments-table.tsx'
import { paymentsTexts } from './payments-texts.ts'

/** The panel. */
export function CardPanel({ info }: { readonly info: PaymentInfo }) {
  const client = useQueryClient()
  const [page, open] = useState<string>()
  const [isStopping, stop] = useState(false)
  const { card, mandate, takesCards } = info
  const edit = async (): Promise<void> => {
    const opened = await api.post('/api/v1/payment-info/card', { body: {} })
    if (!opened.ok) return tell('danger', `${opened.failure.message}.`)
    return open(opened.value.path)
  }
  const reread = useCallback(() => void changed(client, '/api/v1/payment-info', '/api/v1/payments'), [client])
  if (!takesCards) return null
  const ends = card && `${String(card.expMonth).padStart(2, '0')}/${card.expYear}`
  return (
    <Panel title={paymentsTexts.creditCard}>
      <div className="grid gap-3 px-4 pb-4">
        {card ? (
          <p>
            <strong className="font-medium">{cardName(card.brand, card.last4)}</strong>{' '}
            <span className="text-muted">{paymentsTexts.expires(ends!)}</span>
          </p>
        ) : (
          <p className="text-muted">{paymentsTexts.noCard}</p>
        )}
        {card && (
          <p className="text-muted">
            {mandate ? paymentsTexts.monthly(mandate.consentedAt.slice(0, 10)) : paymentsTexts.notMonthly}{' '}
            {mandate && (
              <span className="sr-only">
                <InstantText iso={mandate.consentedAt} />
              </span>
            )}
          </p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button look="primary" onPointerEnter={warmDialog} onFocus={warmDialog} onClick={() => void edit()}>
            {paymentsTexts.edit}
          </Button>
          {mandate && <Button onClick={() => stop(true)}>{paymentsTexts.stop}</Button>}
        </div>
      </div>
      {page !== undefined && (
        <CardDialog title={paymentsTexts.edit} path={page} onClose={() => open(undefined)} onDone={reread} />
      )}
      {isStopping && (
        <ConfirmDialog
          title={`${paymentsTexts.stop}?`}
          act={paymentsTexts.stop}
          onClose={() => stop(false)}
          onConfirm={async () => {
            const done = await api.delete('/api/v1/payment-info/mandate', { query: {} })
            if (!done.ok) return done
            tell('ok', paymentsTexts.stopped)
            stop(false)
            await changed(client, '/api/v1/payment-info')
            return done
          }}
        >
          {paymentsTexts.stopWhy}
        </ConfirmDialog>
      )}
    </Panel>
  )
}
