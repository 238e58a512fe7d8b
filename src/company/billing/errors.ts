/** The ways in which billing refuses. */

import { fail } from '../../base/index.ts'

export const noSuchInvoice = fail('billing.no_such_invoice', 'there is no invoice with this id')
export const notADraft = fail('billing.not_a_draft', 'it was issued; a credit note takes it back')
