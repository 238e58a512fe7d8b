/** What Live calls says. */

import { inLanguage } from '../words/language.ts'

const en = {
  ask: (call: string) => `Hang up the call ${call}?`,
  count: (all: number, talking: number) => `${all} in progress, ${talking} of them talking`,
  fromTo: (from: string, to: string) => `from ${from} to ${to}`,
  goesOn: (why: string) => `The call goes on: ${why}.`,
  hangUp: 'Hang up',
  hangUpOf: (call: string) => `Hang up the call ${call}`,
  inProgress: 'Calls in progress',
  letGoOn: 'Let it go on',
  unknown: 'unknown',
  warning: 'Both sides are disconnected at once. This cannot be undone, and it is recorded.',
  wasEnded: (call: string) => `The call ${call} was ended.`,
}

const fr: typeof en = {
  ask: (call) => `Raccrocher l’appel ${call} ?`,
  count: (all, talking) => `${all} en cours, dont ${talking} en conversation`,
  fromTo: (from, to) => `de ${from} vers ${to}`,
  goesOn: (why) => `L’appel continue : ${why}.`,
  hangUp: 'Raccrocher',
  hangUpOf: (call) => `Raccrocher l’appel ${call}`,
  inProgress: 'Appels en cours',
  letGoOn: 'Le laisser continuer',
  unknown: 'inconnu',
  warning: 'Les deux côtés sont coupés aussitôt. C’est irréversible, et c’est consigné.',
  wasEnded: (call) => `L’appel ${call} a été terminé.`,
}

const es: typeof en = {
  ask: (call) => `¿Colgar la llamada ${call}?`,
  count: (all, talking) => `${all} en curso, ${talking} hablando`,
  fromTo: (from, to) => `de ${from} a ${to}`,
  goesOn: (why) => `La llamada sigue: ${why}.`,
  hangUp: 'Colgar',
  hangUpOf: (call) => `Colgar la llamada ${call}`,
  inProgress: 'Llamadas en curso',
  letGoOn: 'Dejarla seguir',
  unknown: 'desconocido',
  warning: 'Ambos lados se desconectan al instante. No se puede deshacer y queda registrado.',
  wasEnded: (call) => `La llamada ${call} se ha terminado.`,
}

export const liveCallsTexts = inLanguage({ en, fr, es })
