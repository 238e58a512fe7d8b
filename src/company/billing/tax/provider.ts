/**
 * Who knows which taxes are due: asked when an invoice is drafted, told when it is issued or discarded. Canada is built
 * in; the United States are asked of a service. "Stored returned rows are the audit record. Outage: the invoice stays
 * draft."
 */

import type { Failure, Micros, Result } from '../../../base/index.ts'
import type { InvoiceTax } from '../tables.ts'

/** What the lines of an invoice come to, by what is taxed alike. */
export type TaxedAmount = {
  /** `telecom`, `goods`, `service`, or `none`. */
  readonly code: string
  /** Exact, not rounded to cents. */
  readonly amountMicros: Micros
  /** Telephone lines that the place's fees per line count. */
  readonly lines: number
}

export type TaxQuestion = {
  readonly invoiceId: string
  /** The day whose rates hold. */
  readonly day: string
  readonly country: string
  /** Province or state: the place of supply. */
  readonly region: string
  readonly exempt: string | null
  /** Registration numbers of the seller by the tax that they are for. */
  readonly registrations: ReadonlyMap<string, string>
  readonly amounts: readonly TaxedAmount[]
}

export type TaxAnswer = Result<readonly InvoiceTax[], Failure<'billing.no_tax_rates' | 'billing.tax_away'>>

export type TaxProvider = {
  readonly countries: readonly string[]
  /** One answer for each question. */
  quote(questions: readonly TaxQuestion[]): Promise<readonly TaxAnswer[]>
  /** They were issued; asked again it changes nothing. */
  commit(invoiceIds: readonly string[]): Promise<Result<true, Failure<'billing.tax_away'>>>
  /** They will never be issued, or were taken back. */
  void(invoiceIds: readonly string[]): Promise<Result<true, Failure<'billing.tax_away'>>>
}
