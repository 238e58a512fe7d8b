/**
 * The code of pages as it arrives. The first page comes with the view; the table of all others is fetched when
 * somebody looks like going on, so that it may grow without slowing the first view down.
 */

import type { Me } from '../data/api.ts'
import type { FoundPage, PageModule } from './page-module.ts'

/** By path; one reader, as long as the document stands. */
const here = new Map<string, FoundPage>()

/** What is at a path, as far as it is here already. */
export function pageHere(path: string): FoundPage | undefined {
  return here.get(path)
}

/** What is at a path; asking again costs nothing. */
export async function fetchPage(path: string, me: Me): Promise<FoundPage> {
  const known = here.get(path)
  if (known) return known
  const { loadPage, routeOf } = await import('./routes.ts')
  const route = routeOf(path, me)
  const page = route ? await loadPage(route) : 'none'
  here.set(path, page)
  return page
}

/** A page's title in the language that is spoken. */
export function titleOf({ title }: PageModule): string {
  return typeof title === 'string' ? title : title()
}
