/** Leave to take money from a bank account: the account is sealed, what is shown of it is its last digits. */

import { newId, ok, type Clock, type Failure, type Result } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { endMandate } from '../cards/methods.ts'
import { badAccount } from '../errors.ts'
import type { PaymentParts } from '../parts.ts'
import { isRoutingNumber } from './write-nacha.ts'

/** An account in Canada or in the United States. */
export type DebitPlace =
  | { readonly country: 'CA'; readonly institution: string; readonly transit: string; readonly account: string }
  | {
      readonly country: 'US'
      readonly routing: string
      readonly account: string
      readonly kind: 'checking' | 'savings'
    }

const purposeOf = (methodId: string): string => `debit account ${methodId}`

/** Whether an account has the shape of one. */
function isPlace(place: DebitPlace): boolean {
  if (place.country === 'US') return isRoutingNumber(place.routing) && /^[0-9A-Za-z]{4,17}$/.test(place.account)
  const { institution, transit, account } = place
  return /^\d{3}$/.test(institution) && /^\d{5}$/.test(transit) && /^\d{5,12}$/.test(account)
}

/** Notes the agreement; it takes the place of a card. */
export async function agreeDebits(
  tx: Tx,
  { clock, secretBox }: Pick<PaymentParts, 'clock' | 'secretBox'>,
  agreed: {
    readonly tenantId: string
    readonly place: DebitPlace
    readonly consentText: string
    readonly agreedBy: string
    readonly source: string
  },
): Promise<Result<string, Failure<'payments.bad_account'>>> {
  const { tenantId, place, consentText, agreedBy, source } = agreed
  if (!isPlace(place)) return badAccount
  const id = newId(clock)
  const now = clock.now()
  await endMandate(tx, clock, tenantId)
  await tx`update payment_method set status = 'replaced' where tenant_id = ${tenantId} and status = 'active'`
  await tx`
    insert into payment_method (id, tenant_id, kind, brand, last4, sealed_place, status, created_by, created_at)
    values (${id}, ${tenantId}, 'bank', ${place.country === 'CA' ? 'cpa005' : 'nacha'},
            ${place.account.replaceAll(/\D/g, '').slice(-4) || '0'},
            ${secretBox.seal(purposeOf(id), JSON.stringify(place))}, 'active', ${agreedBy}, ${now})`
  await tx`
    insert into mandate (id, tenant_id, method_id, consent_text, consented_at, consented_by, source_address)
    values (${newId(clock)}, ${tenantId}, ${id}, ${consentText}, ${now}, ${agreedBy}, ${source})`
  return ok(id)
}

export type DebitAccount = {
  readonly methodId: string
  readonly tenantId: string
  readonly name: string
  readonly accountId: string
  readonly place: DebitPlace
}

/** The customers of a seller who agreed to debits in a country. */
export async function debitAccounts(
  tx: Tx,
  { secretBox }: Pick<PaymentParts, 'secretBox'>,
  sellerId: string,
  format: 'cpa005' | 'nacha',
  clock: Clock,
): Promise<readonly DebitAccount[]> {
  const rows = await tx<(Omit<DebitAccount, 'place'> & { sealed: string })[]>`
    select method.id as "methodId", method.tenant_id as "tenantId", tenant.name, account.id as "accountId",
           sealed_place as sealed
    from payment_method as method
    join mandate on mandate.method_id = method.id and mandate.ended_at is null
                and mandate.consented_at <= ${clock.now()}
    join tenant on tenant.id = method.tenant_id
    join account on account.tenant_id = tenant.id and account.kind in ('customer', 'wholesale')
    where tenant.parent_id = ${sellerId} and method.kind = 'bank' and method.status = 'active'
      and method.brand = ${format}
    order by tenant.path`
  return rows.flatMap(({ sealed, ...row }) => {
    const opened = secretBox.open(purposeOf(row.methodId), sealed)
    return opened === undefined ? [] : [{ ...row, place: JSON.parse(opened) as DebitPlace }]
  })
}
