/** An invoice as a document in the face of the brand: what to pay and by when first, then where it comes from. */

import { epochMsToLocal } from '../../../base/index.ts'
import { createDocument, houseFonts, type PdfDocument } from '../../../platform/pdf/index.ts'
import type { ListedBrand } from '../../tenant/index.ts'
import { toCents } from './draft-invoice.ts'
import { BOTTOM, drawTable, ensure, LEFT, RIGHT, type Column, type Page } from './document-table.ts'
import { amountText, dayAt, dayText, lengthText, rangeText, rateText } from './invoice-words.ts'
import type { WholeInvoice } from './read-invoices.ts'

/** A call that the document lists. */
export type ListedCall = {
  readonly occurredAt: number
  readonly from: string
  readonly to: string
  readonly destination: string
  readonly billedSeconds: number
  readonly chargeMicros: bigint
}

export type DocumentParts = {
  readonly invoice: WholeInvoice
  readonly brand: Pick<
    ListedBrand,
    'name' | 'colour' | 'billingEmail' | 'supportEmail' | 'phone' | 'postalAddress' | 'host'
  >
  readonly calls: readonly ListedCall[]
}

const GREY = '#59636e'
const feeKinds = ['activation', 'partial', 'monthly', 'credit', 'one_off']

/** The document's bytes; the same for the same invoice. */
export function invoiceDocument({ invoice, brand, calls }: DocumentParts): Buffer {
  const number = invoice.number ?? 'Draft'
  const document = createDocument({
    fonts: houseFonts(),
    title: `Invoice ${number}`,
    author: brand.name,
    language: 'en-CA',
    createdAt: invoice.issuedAt ?? invoice.createdAt,
  })
  const page: Page = {
    document,
    y: 0,
    next() {
      document.addPage()
      document.box(0, 0, document.width, 6, brand.colour)
      document.text(`${brand.name}  \u00b7  Invoice ${number}`, RIGHT, 40, { size: 8, colour: GREY, align: 'right' })
      page.y = 62
    },
  }
  document.addPage()
  drawFace(page, invoice, brand)
  drawSummary(page, invoice)
  drawFees(page, invoice)
  drawUsage(page, invoice)
  drawCalls(page, invoice, calls)
  drawNotes(page, invoice, brand)
  drawFeet(document, brand, number)
  return document.finish()
}

function drawFace(page: Page, invoice: WholeInvoice, brand: DocumentParts['brand']): void {
  const { document } = page
  document.box(0, 0, document.width, 10, brand.colour)
  document.element('P', () => {
    document.text(brand.name, LEFT, 58, { size: 19, weight: 'bold', colour: brand.colour })
    for (const [at, line] of brand.postalAddress.split('\n').entries()) {
      document.text(line, LEFT, 75 + at * 12, { size: 9, colour: GREY })
    }
  })
  document.element('H1', () => document.text('Invoice', RIGHT, 58, { size: 19, weight: 'bold', align: 'right' }))
  const facts: readonly (readonly [string, string])[] = [
    ['Invoice number', invoice.number ?? 'Draft'],
    ['Account ID', invoice.billed.accountCode],
    ['Invoice date', dayText(dayAt(invoice.issuedAt ?? invoice.windowTo, invoice.zone))],
    ['Calls of', rangeText(invoice.periodFrom, invoice.periodTo)],
    ...(invoice.dueAt === null ? [] : [['Please pay by', dayText(dueDay(invoice))] as const]),
  ]
  let y = 128
  for (const [label, value] of facts) {
    document.element('P', () => {
      document.text(label, 380, y, { size: 9, colour: GREY })
      document.text(value, RIGHT, y, { size: 9, align: 'right' })
    })
    y += 15
  }
  document.element('P', () => {
    document.text('Billed to', LEFT, 128, { size: 9, colour: GREY })
    const lines = [invoice.billed.name, ...invoice.billed.address.split('\n').filter(Boolean)]
    for (const [at, line] of lines.entries()) {
      document.text(line, LEFT, 144 + at * 14, { size: at === 0 ? 11 : 10, weight: at === 0 ? 'bold' : 'regular' })
    }
  })
  page.y = Math.max(y, 144 + 14 * 4) + 10
}

/** The last day on which it is paid in time. */
function dueDay({ dueAt, zone }: WholeInvoice): string {
  return dayAt(dueAt! - 1, zone)
}

function drawSummary(page: Page, invoice: WholeInvoice): void {
  const { document } = page
  const top = page.y
  document.box(LEFT - 6, top, RIGHT - LEFT + 12, 58, '#f1f4f8')
  document.element('P', () => {
    document.text('Amount to pay', LEFT + 10, top + 23, { size: 10, colour: GREY })
    const due = invoice.dueAt === null ? '' : `by ${dayText(dueDay(invoice))}`
    document.text(due, LEFT + 10, top + 40, { size: 10 })
    const amount = `${invoice.currency} ${amountText(invoice.totalMicros)}`
    document.text(amount, RIGHT - 10, top + 38, { size: 24, weight: 'bold', align: 'right' })
  })
  page.y = top + 82
  heading(page, 'Summary')
  const of = (kinds: readonly string[]): bigint =>
    invoice.lines.filter((line) => kinds.includes(line.kind)).reduce((sum, line) => sum + line.amountMicros, 0n)
  const usage = toCents(of(['usage', 'correction']))
  const oneOffs = of(['one_off'])
  const parts: (readonly [string, bigint])[] = [
    ['Monthly fees and activation', of(['activation', 'partial', 'monthly', 'credit'])],
    ...(oneOffs === 0n ? [] : [['One-off charges and credits', oneOffs] as const]),
    ['Usage charges', usage],
    ['Subtotal', invoice.netMicros],
  ]
  const rows = parts.map(([label, amount]) => [label, amountText(amount)])
  for (const tax of invoice.taxes) {
    const registered = tax.registration === null ? '' : `, registration ${tax.registration}`
    rows.push([`${tax.name} ${tax.region} ${rateText(tax.ratePpm)}${registered}`, amountText(tax.amountMicros)])
  }
  if (invoice.billed.taxExempt !== null) rows.push([`No tax: ${invoice.billed.taxExempt}`, amountText(0n)])
  rows.push(['Total', amountText(invoice.totalMicros)])
  const columns: Column[] = [
    { title: 'Charges', x: LEFT, width: 380 },
    { title: invoice.currency, x: RIGHT, width: 110, align: 'right' },
  ]
  drawTable(page, columns, rows, { size: 10, isLastBold: true })
}

function heading(page: Page, text: string): void {
  ensure(page, 70)
  page.document.element('H2', () => page.document.text(text, LEFT, page.y + 6, { size: 12, weight: 'bold' }))
  page.y += 22
}

const kindWords: Readonly<Record<string, string>> = {
  activation: 'Activation',
  partial: 'Partial month',
  monthly: 'Monthly fee',
  credit: 'Credit, unused days',
  one_off: 'One-off',
}

function drawFees(page: Page, { lines }: WholeInvoice): void {
  const fees = lines.filter((line) => feeKinds.includes(line.kind))
  if (fees.length === 0) return
  heading(page, 'Fees')
  const columns: Column[] = [
    { title: 'Service', x: LEFT, width: 160 },
    { title: 'Kind', x: 222, width: 100 },
    { title: 'Days', x: 330, width: 130 },
    { title: 'Share', x: 490, width: 40, align: 'right' },
    { title: 'Amount', x: RIGHT, width: 62, align: 'right' },
  ]
  const rows = fees.map((line) => {
    const { fromDay, toDay, days, daysOf } = line
    const when = fromDay === null ? '' : toDay === null ? dayText(fromDay) : rangeText(fromDay, toDay)
    const share = days === null || days === daysOf ? '' : `${days}/${daysOf}`
    return [line.description, kindWords[line.kind] ?? '', when, share, amountText(line.amountMicros)]
  })
  drawTable(page, columns, rows)
}

function drawUsage(page: Page, { lines, usageMicros }: WholeInvoice): void {
  const usage = lines.filter((line) => line.kind === 'usage' || line.kind === 'correction')
  if (usage.length === 0) return
  heading(page, 'Usage charges')
  const columns: Column[] = [
    { title: 'Destination', x: LEFT, width: 200 },
    { title: 'Class', x: 262, width: 100 },
    { title: 'Calls', x: 400, width: 40, align: 'right' },
    { title: 'Minutes', x: 470, width: 60, align: 'right' },
    { title: 'Amount', x: RIGHT, width: 80, align: 'right' },
  ]
  const rows = usage.map((line) => [
    line.description,
    line.calls?.class ?? '',
    String(line.quantity),
    line.seconds === null ? '' : lengthText(line.seconds),
    amountText(line.amountMicros),
  ])
  rows.push(['All calls', '', '', '', amountText(usageMicros)])
  drawTable(page, columns, rows, { isLastBold: true })
}

function drawCalls(page: Page, { zone, callCount }: WholeInvoice, calls: readonly ListedCall[]): void {
  if (callCount === 0) return
  if (calls.length === 0) {
    return note(page, `The ${callCount} calls are listed in the portal under Billing Information, Transactions.`)
  }
  heading(page, 'Calls')
  const columns: Column[] = [
    { title: 'Answered', x: LEFT, width: 96 },
    { title: 'From', x: 152, width: 86 },
    { title: 'To', x: 242, width: 92 },
    { title: 'Destination', x: 338, width: 110 },
    { title: 'Length', x: 490, width: 40, align: 'right' },
    { title: 'Amount', x: RIGHT, width: 60, align: 'right' },
  ]
  const rows = calls.map((call) => [
    epochMsToLocal(call.occurredAt, zone),
    call.from,
    call.to,
    call.destination,
    lengthText(call.billedSeconds),
    amountText(call.chargeMicros),
  ])
  drawTable(page, columns, rows, { size: 8 })
}

function note(page: Page, text: string): void {
  const { document } = page
  const size = 8.5
  const words = text.split(' ')
  let line = ''
  document.element('P', () => {
    for (const word of [...words, '']) {
      const longer = line === '' ? word : `${line} ${word}`
      if (word !== '' && document.widthOf(longer, { size }) <= RIGHT - LEFT) {
        line = longer
        continue
      }
      if (page.y + 12 > BOTTOM) page.next()
      document.text(line, LEFT, page.y + 6, { size, colour: GREY })
      page.y += 12
      line = word
    }
  })
  page.y += 4
}

function drawNotes(page: Page, { zone, periodTo }: WholeInvoice, brand: DocumentParts['brand']): void {
  ensure(page, 90)
  heading(page, 'About this invoice')
  note(
    page,
    `A call belongs to the month in which it is answered, by the clock of ${zone}: this invoice has calls answered ` +
      `before ${dayText(periodTo)}, 00:00:00. A call that goes on across that moment is billed once, with the month ` +
      'of its answer. A call that is recorded after this invoice was made is on the next one.',
  )
  note(
    page,
    'Fees are billed monthly in advance. Usage is added up exactly and rounded to cents once; taxes are computed on ' +
      'the exact amounts. Charges after the end of the month change your balance and appear on the next invoice: ' +
      'please pay the amount of this invoice.',
  )
  const mail = brand.billingEmail || brand.supportEmail
  note(page, `Questions: ${[mail, brand.phone].filter(Boolean).join(', ')}. Your portal: ${brand.host}.`)
}

function drawFeet(document: PdfDocument, brand: DocumentParts['brand'], number: string): void {
  const pages = document.pageCount()
  for (let at = 0; at < pages; at++) {
    document.onPage(at)
    document.box(LEFT - 6, 744, RIGHT - LEFT + 12, 0.75, '#d1d9e0')
    const contact = [brand.name, brand.phone, brand.billingEmail || brand.supportEmail]
      .filter(Boolean)
      .join('  \u00b7  ')
    document.text(contact, LEFT, 759, { size: 8, colour: GREY })
    const place = `${number}   Page ${at + 1} of ${pages}`
    document.text(place, RIGHT, 759, { size: 8, colour: GREY, align: 'right' })
  }
}
