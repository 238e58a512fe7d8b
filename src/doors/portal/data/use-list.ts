/** A list that grows by pages, as a table wants it. */

import { keepPreviousData } from './query.ts'
import { useInfiniteQuery } from './infinite-query.ts'
import type { pagedRead } from './api.ts'

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null }
type PagedRead<Item> = ReturnType<typeof pagedRead<Page<Item>>>
type Options = { readonly refetchInterval?: number; readonly enabled?: boolean }

/** Rows, failure and the way to more; the rows of the former search stand until those of the next are there. */
export function useList<Item>(read: PagedRead<Item>, options: Options = {}) {
  const query = useInfiniteQuery({ ...read, ...options, placeholderData: keepPreviousData })
  return {
    rows: query.data?.pages.flatMap((page) => page.items),
    failure: query.error ? { message: query.error.message, retry: () => void query.refetch() } : undefined,
    more: query.hasNextPage
      ? { isLoading: query.isFetchingNextPage, load: () => void query.fetchNextPage() }
      : undefined,
  }
}
