/**
 * Stands in for the query library's cache of mutations, which the portal does not use: its acts are plain calls of
 * the API. This takes over 1 kB from every first view; vite.config.ts puts it in place.
 */
class NoMutations {
  clear(): void {}
  resumePausedMutations(): Promise<void> {
    return Promise.resolve()
  }
}

export { NoMutations as MutationCache }
