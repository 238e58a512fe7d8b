/** The pages: where each stands, the file it is made of, and the code that is fetched when it is first needed. */

import type { Me } from '../data/api.ts'
import { sectionsOf } from './navigation.ts'
import type { PageModule } from './page-module.ts'

export type Route = {
  readonly path: string
  /** Its source file, by which the build names its bundle. */
  readonly module: string
  readonly load: () => Promise<PageModule>
}

const routes: readonly Route[] = [
  { path: '/dashboard', module: 'pages/dashboard.tsx', load: () => import('../pages/dashboard.tsx') },
  { path: '/billing/transactions', module: 'pages/transactions.tsx', load: () => import('../pages/transactions.tsx') },
  { path: '/operations/live-calls', module: 'pages/live-calls.tsx', load: () => import('../pages/live-calls.tsx') },
  { path: '/operations/system', module: 'pages/system.tsx', load: () => import('../pages/system.tsx') },
  { path: '/customers', module: 'pages/customers.tsx', load: () => import('../pages/customers.tsx') },
  { path: '/account/sessions', module: 'pages/sessions.tsx', load: () => import('../pages/sessions.tsx') },
]

/** Whether a path is a page for anybody. */
export function isPage(path: string): boolean {
  return routes.some((route) => route.path === path)
}

/** The page at a path, when there is one and the reader may see it. */
export function routeOf(path: string, me: Me): Route | undefined {
  const route = routes.find((one) => one.path === path)
  if (!route || route.path.startsWith('/account/')) return route
  return sectionsOf(me).some((section) => section.pages.some((page) => page.path === path)) ? route : undefined
}

/** The page on which somebody begins: the first that he may see. */
export function homeOf(me: Me): string {
  return sectionsOf(me)[0]?.pages[0]?.path ?? '/account/sessions'
}

const loaded = new Map<string, PageModule>()

/** The code of a page, if it is here already. */
export function loadedPage(route: Route): PageModule | undefined {
  return loaded.get(route.path)
}

/** Fetches the code of a page; asking again costs nothing. */
export async function loadPage(route: Route): Promise<PageModule> {
  const page = loaded.get(route.path) ?? (await route.load())
  loaded.set(route.path, page)
  return page
}
