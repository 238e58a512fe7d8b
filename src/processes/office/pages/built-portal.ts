/** The portal as it was built: its assets in memory with their brotli form, its manifest, its server half. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, ok, type Failure, type Result } from '../../../base/index.ts'
import type { Language, PortalServer } from '../../../doors/portal/index.ts'

export type Asset = { readonly type: string; readonly bytes: Uint8Array; readonly brotli: Uint8Array }

/** Addresses of what a page loads. */
export type Bundle = {
  readonly script: string
  /** The code of the page itself. */
  readonly page: string | undefined
  readonly styles: readonly string[]
  /** Scripts that the first one will ask for. */
  readonly preloads: readonly string[]
}

export type BuiltPortal = {
  /** By file name, as in `/assets/<name>`. */
  readonly assets: ReadonlyMap<string, Asset>
  /** What a page made of a source file loads. */
  readonly bundleOf: (language: Language, module: string | undefined) => Bundle
  readonly server: PortalServer
}

type ManifestEntry = {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
}
type Manifest = Readonly<Record<string, ManifestEntry>>

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

const ENTRY = 'entry-client.tsx'

/** The folders of the browser's bundles: vite.config.ts makes one in each language. */
const clients: readonly (readonly [Language, string])[] = [
  ['en', 'client'],
  ['fr', 'client-fr'],
  ['es', 'client-es'],
]

/** Reads a build; a missing one is a failure that says how to make it. */
export async function loadPortal(folder: string): Promise<Result<BuiltPortal, Failure<'portal.not_built'>>> {
  try {
    const manifests = new Map(clients.map(([language, client]) => [language, readManifest(join(folder, client))]))
    const server: unknown = await import(pathToFileURL(join(folder, 'server/entry-server.js')).href)
    return ok({
      assets: new Map(clients.flatMap(([, client]) => [...readAssets(join(folder, client, 'assets'))])),
      bundleOf: (language, module) => bundleOf(manifests.get(language)!, module),
      server: server as PortalServer,
    })
  } catch {
    return fail('portal.not_built', 'the portal is not built; run: node dialhouse.mjs build-portal')
  }
}

function readManifest(client: string): Manifest {
  return JSON.parse(readFileSync(join(client, 'manifest.json'), 'utf8')) as Manifest
}

function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>()
  for (const name of readdirSync(folder)) {
    const type = types[name.split('.').at(-1)!]
    if (type === undefined) continue
    const file = join(folder, name)
    assets.set(name, { type, bytes: readFileSync(file), brotli: readFileSync(`${file}.br`) })
  }
  return assets
}

function bundleOf(manifest: Manifest, module: string | undefined): Bundle {
  const seen = new Set<string>()
  const visit = (name: string): void => {
    const entry = manifest[name]
    if (!entry || seen.has(name)) return
    seen.add(name)
    entry.imports?.forEach(visit)
  }
  visit(ENTRY)
  if (module !== undefined) visit(module)
  const entries = [...seen].map((name) => manifest[name]!)
  const address = (file: string): string => `/${file}`
  return {
    script: address(manifest[ENTRY]!.file),
    page: module === undefined ? undefined : address(manifest[module]!.file),
    styles: [...new Set(entries.flatMap((entry) => entry.css ?? []))].map(address),
    preloads: entries.map((entry) => address(entry.file)).filter((file) => file !== address(manifest[ENTRY]!.file)),
  }
}
