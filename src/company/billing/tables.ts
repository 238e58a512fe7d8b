/** Rows of billing as the program holds them. */

import type { Currency, Micros } from '../../base/index.ts'

export type InvoiceStatus = 'draft' | 'issued' | 'part_paid' | 'paid' | 'overdue' | 'void'
export type InvoiceKind = 'customer' | 'wholesale'

/** Names and addresses as they were when the invoice was drafted. */
export type Billed = {
  readonly name: string
  readonly accountCode: string
  readonly address: string
  readonly email: string
  readonly region: string
  readonly country: string
  readonly taxExempt: string | null
}

export type InvoiceRow = {
  readonly id: string
  readonly tenantId: string
  readonly sellerId: string
  readonly customerId: string | null
  readonly kind: InvoiceKind
  readonly accountId: string
  readonly number: string | null
  readonly status: InvoiceStatus
  readonly currency: Currency
  /** Days, `to` is the day after the last. */
  readonly periodFrom: string
  readonly periodTo: string
  readonly windowFrom: number
  readonly windowTo: number
  readonly zone: string
  readonly usageMicros: Micros
  readonly callCount: number
  readonly netMicros: Micros
  readonly taxMicros: Micros
  readonly totalMicros: Micros
  readonly billed: Billed
  readonly createdAt: number
  readonly issuedAt: number | null
  readonly dueAt: number | null
}

export type LineKind = 'activation' | 'partial' | 'monthly' | 'credit' | 'one_off' | 'usage' | 'correction'

/** The calls that a usage line stands for. */
export type LineCalls = { readonly class: string; readonly destination: string }

export type InvoiceLine = {
  readonly kind: LineKind
  readonly subscriptionId: string | null
  /** The one-off charge, when it is one. */
  readonly sourceId: string | null
  readonly description: string
  readonly fromDay: string | null
  readonly toDay: string | null
  readonly days: number | null
  readonly daysOf: number | null
  readonly quantity: bigint
  readonly seconds: bigint | null
  readonly amountMicros: Micros
  readonly taxCode: string
  readonly calls: LineCalls | null
}

export type InvoiceTax = {
  readonly name: string
  readonly region: string
  /** Millionths: 130000 is 13 %. */
  readonly ratePpm: number
  readonly baseMicros: Micros
  readonly amountMicros: Micros
  readonly registration: string | null
  /** The tax provider's own record. */
  readonly reference: string | null
}

export type NumberedLine = InvoiceLine & { readonly line: number }
