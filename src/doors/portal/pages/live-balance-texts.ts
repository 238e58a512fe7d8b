/** How the balance comes about, in words. */

import { inLanguage } from '../words/language.ts'

const en = {
  before: 'Owed from before',
  charges: (count: number, text: string) => `Charges since then, ${text} ${count === 1 ? 'call' : 'calls'}`,
  corrections: 'Corrections',
  ifEnded: 'Balance if they ended now',
  inProgress: 'Calls in progress',
  owed: 'Balance owed',
  payments: 'Payments since then',
  setAside: 'Set aside for them',
  soFar: (count: number, text: string) => `${text} ${count === 1 ? 'call' : 'calls'} in progress, so far`,
  title: 'How the balance comes about',
  unknown: 'not known at this moment',
}

const fr: typeof en = {
  before: 'Dû d’avant le',
  charges: (count, text) => `Frais depuis, ${text} ${count < 2 ? 'appel' : 'appels'}`,
  corrections: 'Corrections',
  ifEnded: 'Solde s’ils finissaient maintenant',
  inProgress: 'Appels en cours',
  owed: 'Solde dû',
  payments: 'Paiements depuis',
  setAside: 'Réservé pour eux',
  soFar: (count, text) => `${text} ${count < 2 ? 'appel' : 'appels'} en cours, jusqu’ici`,
  title: 'Comment se compose le solde',
  unknown: 'inconnu en ce moment',
}

const es: typeof en = {
  before: 'Adeudado de antes del',
  charges: (count, text) => `Cargos desde entonces, ${text} ${count === 1 ? 'llamada' : 'llamadas'}`,
  corrections: 'Correcciones',
  ifEnded: 'Saldo si terminaran ahora',
  inProgress: 'Llamadas en curso',
  owed: 'Saldo adeudado',
  payments: 'Pagos desde entonces',
  setAside: 'Apartado para ellas',
  soFar: (count, text) => `${text} ${count === 1 ? 'llamada' : 'llamadas'} en curso, hasta ahora`,
  title: 'Cómo se forma el saldo',
  unknown: 'no se sabe en este momento',
}

export const balanceTexts = inLanguage({ en, fr, es })
