/** Lists that grow by pages: the pages that are shown are one reading, read again together. */

import { useReading, type Manner } from './query.ts'
import type { QueryKey } from './query-client.ts'

export type InfiniteData<Page> = {
  readonly pages: readonly Page[]
  readonly pageParams: readonly (string | undefined)[]
}

type InfiniteRead<Page> = Manner<InfiniteData<Page>> & {
  readonly queryKey: QueryKey
  readonly queryFn: (context: { readonly signal: AbortSignal; readonly pageParam: string | undefined }) => Promise<Page>
  readonly getNextPageParam: (last: Page) => string | undefined
}

/** A list for as long as the component stands, and the way to more of it. */
export function useInfiniteQuery<Page>(read: InfiniteRead<Page>) {
  const { queryFn, getNextPageParam } = read
  const pagesFrom = async (signal: AbortSignal, count: number): Promise<InfiniteData<Page>> => {
    const pages: Page[] = []
    const pageParams: (string | undefined)[] = []
    let pageParam: string | undefined
    do {
      const page = await queryFn({ signal, pageParam })
      pages.push(page)
      pageParams.push(pageParam)
      pageParam = getNextPageParam(page)
    } while (pages.length < count && pageParam !== undefined)
    return { pages, pageParams }
  }
  const { client, query, state } = useReading<InfiniteData<Page>>(read.queryKey, read, (signal, known) =>
    pagesFrom(signal, (known as InfiniteData<Page> | undefined)?.pages.length ?? 1),
  )
  const last = state.data?.pages.at(-1)
  const fetchNextPage = (): Promise<void> =>
    client.fetch(query, async (signal, known) => {
      const { pages, pageParams } = known as InfiniteData<Page>
      const pageParam = getNextPageParam(pages.at(-1)!)
      const page = await queryFn({ signal, pageParam })
      return { pages: [...pages, page], pageParams: [...pageParams, pageParam] }
    })
  return {
    ...state,
    hasNextPage: last !== undefined && getNextPageParam(last) !== undefined,
    isFetchingNextPage: state.isFetching && state.data !== undefined,
    fetchNextPage,
    refetch: () => client.fetch(query),
  }
}
