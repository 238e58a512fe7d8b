/** What Audit says. */

import { inLanguage } from '../words/language.ts'

const en = {
  from: 'from',
  none: 'Nothing was recorded yet.',
  note: 'Who did what, the latest first. Entries are never changed, and looking here is one.',
  of: 'Of',
  reason: 'Reason',
  time: 'Time',
  what: 'Did what',
  who: 'Who',
}

const fr: typeof en = {
  from: 'depuis',
  none: 'Rien n’a encore été enregistré.',
  note: 'Qui a fait quoi, le plus récent d’abord. Les entrées ne changent jamais, et regarder ici en est une.',
  of: 'De',
  reason: 'Motif',
  time: 'Heure',
  what: 'A fait quoi',
  who: 'Qui',
}

const es: typeof en = {
  from: 'desde',
  none: 'Todavía no se ha registrado nada.',
  note: 'Quién hizo qué, lo más reciente primero. Las entradas no se cambian nunca, y mirar aquí es una.',
  of: 'De',
  reason: 'Motivo',
  time: 'Hora',
  what: 'Hizo qué',
  who: 'Quién',
}

export const auditTexts = inLanguage({ en, fr, es })
