/** How the portal is built: the browser's bundle and the server's, in one run, into the folder named by the caller. */

import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

const out = process.env['PORTAL_OUT'] ?? join(import.meta.dirname, '../../../dist/portal')

/** What only some pages need: it stays in their bundles. */
const ofSomePages = [
  /@base-ui|@floating-ui|use-sync-external-store|nfiniteQuery/,
  /portal\/pages\/(?!calls-table|live-calls-table|open-call)/,
  /ui\/(date-range-picker|dialog|field|form-dialog|secret-dialog)\.tsx/,
  /data\/(balance|company|explanation|ladder|margin|range|test-call|use-list)\.ts|format\/(day|percent)\.ts/,
]

/** What every page needs. */
function isShared(file: string): boolean {
  return !ofSomePages.some((pattern) => pattern.test(file))
}

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  plugins: [tailwindcss()],
  resolve: {
    alias: [
      {
        find: 'use-sync-external-store/shim/index.js',
        replacement: join(import.meta.dirname, './shell/sync-store.ts'),
      },
      { find: './mutationCache.js', replacement: join(import.meta.dirname, './shell/no-mutations.ts') },
    ],
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  // The floor of browsers that have `light-dark()`, `oklch()` and relative colours.
  build: { target: ['chrome125', 'firefox128', 'safari17.5'], reportCompressedSize: false, emptyOutDir: true },
  builder: {},
  environments: {
    client: {
      build: {
        outDir: join(out, 'client'),
        manifest: 'manifest.json',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: join(import.meta.dirname, 'entry-client.tsx'),
          // What every page needs is one file: it travels and compresses better than a dozen small ones.
          output: { codeSplitting: { groups: [{ name: 'app', test: isShared }] } },
        },
      },
    },
    ssr: {
      // Everything is in the bundle, so that a running office needs no package of the portal.
      resolve: { noExternal: true },
      build: {
        outDir: join(out, 'server'),
        ssr: true,
        minify: false,
        emitAssets: false,
        rolldownOptions: {
          input: join(import.meta.dirname, 'entry-server.tsx'),
          output: { entryFileNames: 'entry-server.js' },
        },
      },
    },
  },
})
