/** The letters of our documents, read once from the assets. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Weight } from './create-document.ts'
import { readFont, type Font } from './read-font.ts'

const folder = join(import.meta.dirname, '../../../assets/fonts')
let known: Readonly<Record<Weight, Font>> | undefined

/** Open Sans, regular and semibold. */
export function houseFonts(): Readonly<Record<Weight, Font>> {
  known ??= {
    regular: readFont('OpenSans-Regular', readFileSync(join(folder, 'OpenSans-Regular.ttf'))),
    bold: readFont('OpenSans-Semibold', readFileSync(join(folder, 'OpenSans-Semibold.ttf'))),
  }
  return known
}
