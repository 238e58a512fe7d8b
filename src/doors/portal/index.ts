/** What the server's pages use of the portal: the brand's colours, and the shape of a first view. */
export { accentCss } from './branding/accent.ts'
export { languageOf, type Language } from './words/language.ts'
export type { FirstView, PortalServer, ViewBrand } from './first-view.ts'
