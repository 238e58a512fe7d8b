/** The portal as it was built: its assets in memory with their brotli form, its manifest, its server half. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, ok, type Failure, type Result } from '../../../base/index.ts'
import type { PortalServer } from '../../../doors/portal/index.ts'

export type Asset = { readonly type: string; readonly bytes: Uint8Array; readonly brotli: Uint8Array }

/** Addresses of what a page loads. */
export type Bundle = {
  readonly script: string
  readonly styles: readonly string[]
  /** Scripts that the first one will ask for. */
  readonly preloads: readonly string[]
}

export type BuiltPortal = {
  /** By file name, as in `/assets/<name>`. */
  readonly assets: ReadonlyMap<string, Asset>
  /** What a page made of a source file loads. */
  readonly bundleOf: (module: string | undefined) => Bundle
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

/** Reads a build; a missing one is a failure that says how to make it. */
export async function loadPortal(folder: string): Promise<Result<BuiltPortal, Failure<'portal.not_built'>>> {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'client/manifest.json'), 'utf8')) as Manifest
    const server: unknown = await import(pathToFileURL(join(folder, 'server/entry-server.js')).href)
    return ok({
      assets: readAssets(join(folder, 'client/assets')),
      bundleOf: (module) => bundleOf(manifest, module),
      server: server as PortalServer,
    })
  } catch {
    return fail('portal.not_built', 'the portal is not built; run: node dialhouse.mjs build-portal')
  }
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
    styles: [...new Set(entries.flatMap((entry) => entry.css ?? []))].map(address),
    preloads: entries.map((entry) => address(entry.file)).filter((file) => file !== address(manifest[ENTRY]!.file)),
  }
}
