/** What Jobs says. */

import { inLanguage } from '../words/language.ts'

const en = {
  again: 'Try these again',
  attempts: 'Attempts',
  byKind: 'By kind and state',
  caption: 'Jobs by kind and state',
  deadCaption: 'Jobs that were given up',
  done: 'Done',
  earliest: 'Earliest run',
  givenUp: 'Given up',
  jobs: 'Jobs',
  kind: 'Kind',
  lastError: 'Last error',
  none: 'No job is known.',
  noneDead: 'No job was given up.',
  note: 'Work in the background. What fails is tried again before it is given up.',
  running: 'Running',
  state: 'State',
  unchanged: (why: string) => `Nothing was changed: ${why}.`,
  unknown: 'unknown',
  waiting: 'Waiting',
  willRun: (count: string) => `${count} will be tried again.`,
}

const fr: typeof en = {
  again: 'Réessayer celles-ci',
  attempts: 'Essais',
  byKind: 'Par type et par état',
  caption: 'Tâches par type et par état',
  deadCaption: 'Tâches abandonnées',
  done: 'Terminé',
  earliest: 'Prochaine exécution',
  givenUp: 'Abandonné',
  jobs: 'Tâches',
  kind: 'Type',
  lastError: 'Dernière erreur',
  none: 'Aucune tâche connue.',
  noneDead: 'Aucune tâche n’a été abandonnée.',
  note: 'Le travail en arrière-plan. Ce qui échoue est réessayé avant d’être abandonné.',
  running: 'En cours',
  state: 'État',
  unchanged: (why) => `Rien n’a été changé : ${why}.`,
  unknown: 'inconnue',
  waiting: 'En attente',
  willRun: (count) => `Seront réessayées : ${count}.`,
}

const es: typeof en = {
  again: 'Reintentar estas',
  attempts: 'Intentos',
  byKind: 'Por tipo y estado',
  caption: 'Tareas por tipo y estado',
  deadCaption: 'Tareas abandonadas',
  done: 'Hecho',
  earliest: 'Próxima ejecución',
  givenUp: 'Abandonado',
  jobs: 'Tareas',
  kind: 'Tipo',
  lastError: 'Último error',
  none: 'No se conoce ninguna tarea.',
  noneDead: 'No se abandonó ninguna tarea.',
  note: 'Trabajo en segundo plano. Lo que falla se reintenta antes de abandonarlo.',
  running: 'En marcha',
  state: 'Estado',
  unchanged: (why) => `No se cambió nada: ${why}.`,
  unknown: 'desconocido',
  waiting: 'En espera',
  willRun: (count) => `Se reintentarán: ${count}.`,
}

export const jobsTexts = inLanguage({ en, fr, es })
