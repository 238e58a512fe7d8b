/** How the portal is built: the browser's bundle and the server's, in one run, into the folder named by the caller. */

import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite'

const out = process.env['PORTAL_OUT'] ?? join(import.meta.dirname, '../../../dist/portal')

/** Packages that only some pages need: they stay in their bundles. */
const ofSomePages = /@base-ui|@floating-ui|use-sync-external-store/

/** Our own files that every page needs; every other one is fetched with the pages that use it. */
const ofEveryPage = [
  /portal\/[\w-]+\.(tsx?|css)$/,
  /portal\/shell\/(?!routes|account-panel|palette|key-sheet)/,
  /portal\/ui\/(button|call-words|data-table|figures|icon|lazy-dialog|panel|status|toast)\.tsx/,
  /portal\/data\/(api|live|query|query-client)\.ts/,
  /portal\/format\/(money|time)\.ts/,
  /portal\/words\/(call-texts|language|menu-texts|shell-texts)\.ts/,
  /portal\/pages\/(calls-table|live-calls-table|open-call)/,
]

function isShared(file: string): boolean {
  if (!file.includes('/doors/portal/')) return !ofSomePages.test(file)
  return ofEveryPage.some((pattern) => pattern.test(file))
}

/** A bundle for the browser, into the folder of that name. */
function client(folder: string): EnvironmentOptions {
  return {
    consumer: 'client',
    build: {
      outDir: join(out, folder),
      manifest: 'manifest.json',
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'entry-client.tsx'),
        // What every page needs is one file: it travels and compresses better than a dozen small ones.
        output: { codeSplitting: { groups: [{ name: 'app', test: isShared }] } },
      },
    },
  }
}

/** Leaves of each part's texts those of the bundle's language: the others are then used by nobody, and dropped. */
const oneLanguage: Plugin = {
  name: 'one-language',
  enforce: 'pre',
  applyToEnvironment: ({ name }) => name.startsWith('client'),
  transform(code) {
    if (!code.includes('inLanguage({ en, fr, es })')) return undefined
    const language = { client_fr: 'fr', client_es: 'es' }[this.environment.name] ?? 'en'
    return { code: code.replaceAll('inLanguage({ en, fr, es })', language), map: null }
  },
}

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: 'warn',
  plugins: [tailwindcss(), oneLanguage],
  resolve: {
    alias: [
      {
        find: 'use-sync-external-store/shim/index.js',
        replacement: join(import.meta.dirname, './shell/sync-store.ts'),
      },
      { find: '@tanstack/react-query', replacement: join(import.meta.dirname, './data/any-query.ts') },
    ],
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  // The floor of browsers that have `light-dark()`, `oklch()` and relative colours.
  build: { target: ['chrome125', 'firefox128', 'safari17.5'], reportCompressedSize: false, emptyOutDir: true },
  builder: {},
  environments: {
    client: client('client'),
    client_fr: client('client-fr'),
    client_es: client('client-es'),
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
