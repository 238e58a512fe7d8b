/** What the Dashboard says. */

import { inLanguage } from '../words/language.ts'

const en = {
  alwaysWork: 'Emergency, internal and on-net calls always work',
  available: 'Available for calls',
  inProgress: 'Calls in progress',
  limit: 'Credit limit',
  none: 'No calls yet. The first call appears here a moment after it has ended.',
  note: (zone: string) => `Times are in your time zone, ${zone}.`,
  now: (count: number) => `${count} now`,
  openAll: 'Open all transactions',
  owed: 'Balance owed',
  owedNote: 'All charges so far, less what you have paid',
  recent: 'Recent calls',
  setAside: 'set aside for calls in progress',
  used: (percent: number) => `${percent} % used`,
  usedShare: 'Share of the credit limit that is used',
}

const fr: typeof en = {
  alwaysWork: 'Les appels d’urgence, internes et du réseau passent toujours',
  available: 'Disponible pour les appels',
  inProgress: 'Appels en cours',
  limit: 'Limite de crédit',
  none: 'Aucun appel pour l’instant. Le premier apparaît ici un instant après sa fin.',
  note: (zone) => `Les heures sont dans votre fuseau horaire, ${zone}.`,
  now: (count) => `${count} en cours`,
  openAll: 'Ouvrir toutes les transactions',
  owed: 'Solde dû',
  owedNote: 'Tous les frais à ce jour, moins vos paiements',
  recent: 'Appels récents',
  setAside: 'réservés pour les appels en cours',
  used: (percent) => `${percent} % utilisés`,
  usedShare: 'Part utilisée de la limite de crédit',
}

const es: typeof en = {
  alwaysWork: 'Las llamadas de emergencia, internas y de la red siempre funcionan',
  available: 'Disponible para llamadas',
  inProgress: 'Llamadas en curso',
  limit: 'Límite de crédito',
  none: 'Todavía no hay llamadas. La primera aparece aquí un momento después de terminar.',
  note: (zone) => `Las horas están en su zona horaria, ${zone}.`,
  now: (count) => `${count} ahora`,
  openAll: 'Abrir todas las transacciones',
  owed: 'Saldo adeudado',
  owedNote: 'Todos los cargos hasta ahora, menos lo que ha pagado',
  recent: 'Llamadas recientes',
  setAside: 'apartados para llamadas en curso',
  used: (percent) => `${percent} % usado`,
  usedShare: 'Parte utilizada del límite de crédito',
}

export const dashboardTexts = inLanguage({ en, fr, es })
