/** `render-prompts`: speaks the announcement catalogue with espeak-ng into assets/prompts, with a manifest. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../base/index.ts'
import {
  amplitudeOf,
  audioHash,
  encodeG711,
  G711_RATE,
  locales,
  promptFolder,
  promptIds,
  promptTexts,
  readWav,
  resample,
  type Locale,
  type PromptManifest,
} from '../network/media/index.ts'

const voices: Readonly<Record<Locale, string>> = { en: 'en-us', fr: 'fr-fr', es: 'es-419' }
const WORDS_A_MINUTE = '165'
/** The usual level of an announcement, of its voiced parts only. */
const LEVEL_DBM0 = -16
const PEAK_MAX = 28_000
/** Quieter than this counts as silence. */
const SILENCE = 120
/** Kept after the last word, so that the end is not cut off by the hang-up. */
const TAIL_MS = 300

/** Speaks a text: 8 kHz µ-law at the level of all other announcements. Fails when espeak-ng does. */
function renderPrompt(locale: Locale, text: string): Result<Uint8Array> {
  const spoken = spawnSync('espeak-ng', ['-v', voices[locale], '-s', WORDS_A_MINUTE, '--stdout', text], {
    maxBuffer: 16 * 1024 * 1024,
    timeout: 30_000,
  })
  if (spoken.status !== 0) {
    return fail('prompts.not_rendered', 'espeak-ng did not speak; install it with: apt-get install espeak-ng')
  }
  const wav = readWav(spoken.stdout)
  if (!wav.ok) return wav
  const voice = withoutSilence(resample(wav.value.samples, wav.value.rate, G711_RATE))
  if (voice.length === 0) return fail('prompts.not_rendered', 'espeak-ng spoke nothing')
  const samples = new Int16Array(voice.length + (TAIL_MS * G711_RATE) / 1000)
  samples.set(atLevel(voice))
  return ok(encodeG711('PCMU', samples))
}

function withoutSilence(samples: Int16Array): Int16Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > SILENCE)
  const last = samples.findLastIndex((sample) => Math.abs(sample) > SILENCE)
  return first < 0 ? new Int16Array(0) : samples.slice(first, last + 1)
}

/** Sets the mean power of what is no pause, as far as the loudest sample allows. */
function atLevel(samples: Int16Array): Int16Array {
  let energy = 0
  let voiced = 0
  let peak = 1
  for (const sample of samples) {
    peak = Math.max(peak, Math.abs(sample))
    if (Math.abs(sample) <= SILENCE) continue
    energy += sample * sample
    voiced++
  }
  const wanted = amplitudeOf(LEVEL_DBM0) / Math.SQRT2
  const gain = Math.min(wanted / Math.sqrt(energy / Math.max(1, voiced)), PEAK_MAX / peak)
  return samples.map((sample) => Math.round(sample * gain))
}

/** Renders every announcement of the catalogue and writes the manifest; prints what it made. */
export async function run(): Promise<number> {
  const manifest: Record<string, PromptManifest[string]> = {}
  let total = 0
  for (const locale of locales) {
    mkdirSync(join(promptFolder, locale), { recursive: true })
    for (const id of promptIds) {
      const text = promptTexts[locale][id]
      const rendered = renderPrompt(locale, text)
      if (!rendered.ok) {
        process.stderr.write(`dialhouse: ${rendered.failure.message}\n`)
        return 1
      }
      writeFileSync(join(promptFolder, locale, `${id}.ulaw`), rendered.value)
      manifest[`${locale}/${id}`] = { text, sha256: audioHash(rendered.value), bytes: rendered.value.length }
      total += rendered.value.length
    }
  }
  writeFileSync(join(promptFolder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  process.stdout.write(`${Object.keys(manifest).length} announcements, ${total} bytes\n`)
  return 0
}
