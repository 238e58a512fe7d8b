/** A table that goes on over pages: its head is repeated, a row is never cut. */

import type { PdfDocument } from '../../../platform/pdf/index.ts'

export type Column = {
  readonly title: string
  /** From the left margin; the right end for numbers. */
  readonly x: number
  readonly align?: 'right'
  /** What is longer is cut. */
  readonly width: number
}

export type Page = {
  readonly document: PdfDocument
  /** Where the next line stands. */
  y: number
  /** Ends the page and begins another; drawn by whoever knows what a page looks like. */
  readonly next: () => void
}

export const LEFT = 54
export const RIGHT = 558
/** Below it stands the foot. */
export const BOTTOM = 728
const ROW = 15
const GREY = '#59636e'
const LINE = '#d1d9e0'
const STRIPE = '#f6f8fa'

/** Makes room for some points, on a new page when there is none. */
export function ensure(page: Page, points: number): void {
  if (page.y + points > BOTTOM) page.next()
}

/** Draws rows under a head. */
export function drawTable(
  page: Page,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { readonly size?: number; readonly isLastBold?: boolean } = {},
): void {
  const { document } = page
  const { size = 9, isLastBold = false } = options
  ensure(page, ROW * 3)
  document.open('Table')
  drawHead(page, columns)
  for (const [at, row] of rows.entries()) {
    if (page.y + ROW > BOTTOM) {
      page.next()
      drawHead(page, columns)
    }
    if (at % 2 === 1) document.box(LEFT - 6, page.y - 3, RIGHT - LEFT + 12, ROW, STRIPE)
    document.element('TR', () => {
      for (const [place, column] of columns.entries()) {
        const weight = isLastBold && at === rows.length - 1 ? 'bold' : 'regular'
        const style = { size, weight, ...(column.align ? { align: column.align } : {}) } as const
        const text = fitted(document, row[place] ?? '', column.width, size)
        document.element('TD', () => document.text(text, column.x, page.y + 8, style))
      }
    })
    page.y += ROW
  }
  document.close()
  page.y += 18
}

function drawHead(page: Page, columns: readonly Column[]): void {
  const { document } = page
  document.element('TR', () => {
    for (const { title, x, align } of columns) {
      const style = { size: 8, weight: 'bold' as const, colour: GREY, ...(align ? { align } : {}) }
      document.element('TH', () => document.text(title, x, page.y + 6, style))
    }
  })
  document.box(LEFT - 6, page.y + 11, RIGHT - LEFT + 12, 0.75, LINE)
  page.y += ROW + 2
}

/** A text that fits its column, with an ellipsis where something is left out. */
function fitted(document: PdfDocument, text: string, width: number, size: number): string {
  if (document.widthOf(text, { size }) <= width) return text
  let end = text.length
  while (end > 1 && document.widthOf(`${text.slice(0, end)}\u2026`, { size }) > width) end -= 1
  return `${text.slice(0, end)}\u2026`
}
