/** Which invoices a sum of money pays: "named invoice, else oldest first; the rest stays as unapplied credit". */

import { assert, type Micros } from '../../../../base/index.ts'

export type Share = { readonly invoiceId: string; readonly amountMicros: Micros }

/** Shares of `amountMicros`; invoices stand the oldest first, the named one is paid before all of them. */
export function spread(
  amountMicros: Micros,
  invoices: readonly { readonly id: string; readonly openMicros: Micros }[],
  namedId: string | null | undefined,
): readonly Share[] {
  assert(amountMicros >= 0n, 'money that came in is spread')
  const named = invoices.find(({ id }) => id === namedId)
  const order = named ? [named, ...invoices.filter((one) => one !== named)] : invoices
  const shares: Share[] = []
  let left = amountMicros
  for (const { id, openMicros } of order) {
    if (left === 0n) break
    if (openMicros <= 0n) continue
    const share = openMicros < left ? openMicros : left
    shares.push({ invoiceId: id, amountMicros: share })
    left -= share
  }
  return shares
}
