/** What a rule of the style is: a name, and a search for faults that says what to do instead. */

import type { House } from './read.ts'

export type Rule = { readonly name: string; readonly find: (house: House) => readonly string[] }
