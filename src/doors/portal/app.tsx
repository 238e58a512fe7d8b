/** The application, as the server renders it and the browser goes on with it. */

import { QueryClient } from './data/query-client.ts'
import { QueryClientProvider } from './data/query.ts'
import { Router } from 'wouter'
import { isPaged } from './data/api.ts'
import type { FirstView } from './first-view.ts'
import { HouseProvider } from './shell/house.tsx'
import type { FoundPage } from './shell/page-module.ts'
import { fetchPage } from './shell/pages.ts'
import { Shell } from './shell/shell.tsx'

/** A cache that begins with what the first view shows. */
export function cacheOf(view: FirstView): QueryClient {
  const client = new QueryClient()
  for (const [address, answer] of Object.entries(view.answers)) {
    client.setQueryData([address], isPaged(address) ? { pages: [answer], pageParams: [undefined] } : answer)
  }
  return client
}

type AppProps = {
  readonly view: FirstView
  /** The page of the view's address. */
  readonly page: FoundPage
  readonly client: QueryClient
  readonly onServer?: boolean
}

/** The whole application. */
export function App({ view, page, client, onServer = false }: AppProps) {
  const [path = '/', search = ''] = view.address.split('?')
  const routing = onServer ? { ssrPath: path, ssrSearch: search } : {}
  const warm = (to: string): void => void fetchPage(to, view.me).catch(() => undefined)
  return (
    <QueryClientProvider value={client}>
      <HouseProvider view={view} first={{ path, page }} warm={warm}>
        <Router {...routing}>
          <Shell />
        </Router>
      </HouseProvider>
    </QueryClientProvider>
  )
}
