/**
 * Stands in for what the query library does for suspended pages and error boundaries: the portal's reads do neither.
 * vite.config.ts puts it in place.
 */

const nothing = (): void => {}
const never = (): boolean => false

export {
  never as defaultThrowOnError,
  never as getHasError,
  never as shouldSuspend,
  never as useIsRestoring,
  never as willFetch,
  nothing as IsRestoringProvider,
  nothing as QueryErrorResetBoundary,
  nothing as ensurePreventErrorBoundaryRetry,
  nothing as ensureSuspenseTimers,
  nothing as fetchOptimistic,
  nothing as useClearResetErrorBoundary,
  nothing as useQueryErrorResetBoundary,
}
