/** The rendered announcements and the tones, found by name and ready to be sent in either G.711 codec. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { silenceOf, ulawToAlaw, type G711Codec } from './g711.ts'
import { readUlawWav } from './wav.ts'
import { DEFAULT_LOCALE, echoAfterMs, locales, promptIds } from './prompts.ts'
import { toneUlaw } from './tones.ts'

/** Bytes of 20 ms, the pace of every telephone. */
export const FRAME_BYTES = 160
export const FRAME_MS = 20

export type PromptAudio = {
  /** Whole frames of 160 bytes. */
  readonly bytes: Readonly<Record<G711Codec, Uint8Array>>
  /** How long the caller then hears himself. */
  readonly echoMs: number
}

export type PromptLibrary = {
  /** `no_credit` (English), `fr/no_credit`, `tone/busy`, `tone/1004`; undefined when there is none. */
  find(name: string): PromptAudio | undefined
  /** Audio that is read when it is asked for: `message/ID`; undefined when there is none. */
  fetch(name: string): Promise<PromptAudio | undefined>
  /** Announcements of the catalogue without audio, or with other bytes than the manifest says. */
  readonly missing: readonly string[]
}

/** Where `render-prompts` puts the audio, and where a process finds it. */
export const promptFolder = join(import.meta.dirname, '../../../assets/prompts')

export type PromptManifest = {
  /** By `locale/id`: what was said, and which bytes came of it. */
  readonly [name: string]: { readonly text: string; readonly sha256: string; readonly bytes: number }
}

/** The fingerprint by which the manifest knows an audio file. */
export function audioHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function audioOf(ulaw: Uint8Array, echoMs: number): PromptAudio {
  const whole = new Uint8Array(Math.max(1, Math.ceil(ulaw.length / FRAME_BYTES)) * FRAME_BYTES).fill(silenceOf.PCMU)
  whole.set(ulaw)
  return { bytes: { PCMU: whole, PCMA: ulawToAlaw(whole) }, echoMs }
}

const STORED = /^message\/([\w-]{1,80})$/
/** Ten minutes of audio: nobody listens to more at one go. */
const STORED_BYTES_MAX = 5_000_000

async function fetchStored(folder: string | undefined, name: string): Promise<PromptAudio | undefined> {
  const id = STORED.exec(name)?.[1]
  if (folder === undefined || id === undefined) return undefined
  try {
    const path = join(folder, `${id}.wav`)
    if ((await stat(path)).size > STORED_BYTES_MAX) return undefined
    const ulaw = readUlawWav(await readFile(path))
    return ulaw && audioOf(ulaw, 0)
  } catch {
    return undefined
  }
}

/** Several announcements as one, without a gap. */
export function inOneGo(parts: readonly PromptAudio[]): PromptAudio {
  const [only] = parts
  if (only && parts.length === 1) return only
  const joined = (codec: G711Codec): Uint8Array => Buffer.concat(parts.map((part) => part.bytes[codec]))
  return { bytes: { PCMU: joined('PCMU'), PCMA: joined('PCMA') }, echoMs: parts.at(-1)?.echoMs ?? 0 }
}

function readManifest(folder: string): PromptManifest {
  try {
    return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as PromptManifest
  } catch {
    return {}
  }
}

/**
 * Reads every announcement into memory (about 1.3 MB in each codec) and checks it against the manifest;
 * tones are made when first asked for.
 */
export function loadPrompts(folder: string = promptFolder, stored?: string): PromptLibrary {
  const manifest = readManifest(folder)
  const known = new Map<string, PromptAudio>()
  const missing: string[] = []
  for (const locale of locales) {
    for (const id of promptIds) {
      const name = `${locale}/${id}`
      try {
        const bytes = readFileSync(join(folder, `${name}.ulaw`))
        if (audioHash(bytes) === manifest[name]?.sha256) known.set(name, audioOf(bytes, echoAfterMs[id] ?? 0))
        else missing.push(name)
      } catch {
        missing.push(name)
      }
    }
  }
  const tone = (name: string): PromptAudio | undefined => {
    const ulaw = toneUlaw(name.slice('tone/'.length))
    if (!ulaw) return undefined
    const audio = audioOf(ulaw, 0)
    known.set(name, audio)
    return audio
  }
  return {
    missing,
    fetch: (name) => fetchStored(stored, name),
    find: (name) =>
      known.get(name) ?? known.get(`${DEFAULT_LOCALE}/${name}`) ?? (name.startsWith('tone/') ? tone(name) : undefined),
  }
}
