/** Documents as PDF: embedded letters, tags, the same bytes for the same content. */
export { createDocument, type PdfDocument, type TextStyle } from './create-document.ts'
export { houseFonts } from './house-fonts.ts'
