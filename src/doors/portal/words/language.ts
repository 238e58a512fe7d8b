/**
 * The languages of the portal. A part keeps its texts in three objects of one type, so that the compiler finds every
 * text that a language lacks; the build keeps of them only the language of the bundle (vite.config.ts).
 */

export type Language = 'en' | 'fr' | 'es'

/** Each by its own name. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français', es: 'Español' }

let spoken: Language | undefined

/** The language of a locale like `fr-CA`; English for those that are not spoken here. */
export function languageOf(locale: string): Language {
  const language = locale.slice(0, 2).toLowerCase()
  return language === 'fr' || language === 'es' ? language : 'en'
}

/** The language in which the page is drawn. */
export function currentLanguage(): Language {
  return spoken ?? 'en'
}

/** Whatever is drawn in this page from now on is in this language. */
export function speak(language: Language): void {
  spoken = language
}

/** Does something in a language: for the server, which draws pages of several. `act` awaits nothing. */
export function inThe<T>(language: Language, act: () => T): T {
  const before = spoken
  spoken = language
  try {
    return act()
  } finally {
    spoken = before
  }
}

/**
 * The texts of a part in the language that is spoken when they are read. Write it as `inLanguage({ en, fr, es })`,
 * and read texts while drawing, never when a file is loaded: the server has no language then.
 */
export function inLanguage<Texts extends object>(all: Readonly<Record<Language, Texts>>): Texts {
  return new Proxy(all.en, {
    get(_, key) {
      if (spoken === undefined) throw new Error(`the text "${String(key)}" is read before a language is spoken`)
      return Reflect.get(all[spoken], key) as unknown
    },
  })
}

/** What is made of texts, such as the columns of a table: made once in each language, when it is first drawn. */
export function oncePerLanguage<T>(make: () => T): () => T {
  const made = new Map<Language, T>()
  return () => {
    const language = currentLanguage()
    const known = made.get(language)
    if (known !== undefined) return known
    const value = make()
    made.set(language, value)
    return value
  }
}
