/** What the choice of a range of days says. */

import { inLanguage } from './language.ts'

const en = {
  custom: 'Custom',
  firstDay: 'First day',
  last7Days: 'Last 7 days',
  lastDay: 'Last day',
  lastMonth: 'Last month',
  range: 'Range',
  show: 'Show',
  thisMonth: 'This month',
  wrongOrder: 'The first day must not be after the last',
}

const fr: typeof en = {
  custom: 'Personnalisé',
  firstDay: 'Premier jour',
  last7Days: '7 derniers jours',
  lastDay: 'Dernier jour',
  lastMonth: 'Le mois dernier',
  range: 'Période',
  show: 'Afficher',
  thisMonth: 'Ce mois-ci',
  wrongOrder: 'Le premier jour ne doit pas suivre le dernier',
}

const es: typeof en = {
  custom: 'A medida',
  firstDay: 'Primer día',
  last7Days: 'Últimos 7 días',
  lastDay: 'Último día',
  lastMonth: 'El mes pasado',
  range: 'Período',
  show: 'Mostrar',
  thisMonth: 'Este mes',
  wrongOrder: 'El primer día no puede ser posterior al último',
}

export const rangeTexts = inLanguage({ en, fr, es })
