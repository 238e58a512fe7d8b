/** Stands for the package `use-sync-external-store`, which gives older Reacts what ours has: see vite.config.ts. */

export { useSyncExternalStore } from 'react'
