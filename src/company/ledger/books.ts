/** The seller's side of the ledger: which books a customer's money goes through. */

import type { Currency } from '../../base/index.ts'

/** Ids of one seller's accounts in one currency. */
export type Books = {
  readonly tenantId: string
  readonly revenue: string
  readonly cash: string
  readonly adjustments: string
  /** What was charged for the tax offices, and what whole cents took or gave. */
  readonly tax: string
  readonly rounding: string
}

/** A book that money goes through. */
export type Book = Exclude<keyof Books, 'tenantId'>

/** Where the books begin that an account's money goes through: a partner's own are not those he pays into. */
export function sellerPath({ tenantPath }: { readonly tenantPath: string }): string {
  return tenantPath.slice(0, tenantPath.lastIndexOf('/', tenantPath.length - 2) + 1)
}

export type BookRow = {
  readonly id: string
  readonly tenantId: string
  readonly tenantPath: string
  readonly kind: Book
  readonly currency: Currency
}

export type BookShelf = {
  /** Books of the nearest tenant above the customer that has some in this currency. */
  find(tenantPath: string, currency: Currency): Books | undefined
}

/** Sorts the accounts of every seller into books; incomplete ones are left out. */
export function shelveBooks(rows: readonly BookRow[]): BookShelf {
  const found = new Map<string, Partial<Record<BookRow['kind'], string>> & { tenantId: string }>()
  for (const row of rows) {
    const key = `${row.tenantPath} ${row.currency}`
    found.set(key, { ...found.get(key), tenantId: row.tenantId, [row.kind]: row.id })
  }
  return {
    find(tenantPath, currency) {
      for (let path = tenantPath; path !== ''; path = path.slice(0, path.lastIndexOf('/', path.length - 2) + 1)) {
        const { tenantId, revenue, cash, adjustments, tax, rounding } = found.get(`${path} ${currency}`) ?? {}
        if (tenantId && revenue && cash && adjustments && tax && rounding) {
          return { tenantId, revenue, cash, adjustments, tax, rounding }
        }
      }
      return undefined
    },
  }
}
