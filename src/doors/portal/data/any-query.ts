/** The readings under the name of the library that they took the place of: see vite.config.ts and tsconfig.json. */

export { useInfiniteQuery } from './infinite-query.ts'
export { QueryClient } from './query-client.ts'
export { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from './query.ts'
