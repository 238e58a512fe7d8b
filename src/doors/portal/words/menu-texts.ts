/** What sections and pages of the menus are called. The seeds' words are the English ones. */

import { inLanguage } from './language.ts'

const en = {
  audit: 'Audit',
  billing: 'Billing Information',
  carriers: 'Carriers',
  components: 'Components',
  customers: 'Customers',
  dashboard: 'Dashboard',
  extensions: 'Extensions',
  jobs: 'Jobs',
  liveCalls: 'Live calls',
  mail: 'Mail',
  margin: 'Margin',
  numbers: 'Numbers',
  operations: 'Operations',
  partnerPortal: 'Partner Portal',
  people: 'People',
  phones: 'Phones',
  phoneSystem: 'Phone System',
  selfCare: 'Customer Self-Care Portal',
  sessions: 'My sessions',
  system: 'System',
  testCall: 'Test a call',
  transactions: 'Transactions',
}

const fr: typeof en = {
  audit: 'Journal d’audit',
  billing: 'Facturation',
  carriers: 'Opérateurs',
  components: 'Composants',
  customers: 'Clients',
  dashboard: 'Tableau de bord',
  extensions: 'Postes',
  jobs: 'Tâches',
  liveCalls: 'Appels en cours',
  mail: 'Courriels',
  margin: 'Marge',
  numbers: 'Numéros',
  operations: 'Exploitation',
  partnerPortal: 'Portail des partenaires',
  people: 'Personnes',
  phones: 'Téléphones',
  phoneSystem: 'Téléphonie',
  selfCare: 'Portail libre-service',
  sessions: 'Mes sessions',
  system: 'Système',
  testCall: 'Essayer un appel',
  transactions: 'Transactions',
}

const es: typeof en = {
  audit: 'Auditoría',
  billing: 'Facturación',
  carriers: 'Operadores',
  components: 'Componentes',
  customers: 'Clientes',
  dashboard: 'Panel',
  extensions: 'Extensiones',
  jobs: 'Tareas',
  liveCalls: 'Llamadas en curso',
  mail: 'Correo',
  margin: 'Margen',
  numbers: 'Números',
  operations: 'Operaciones',
  partnerPortal: 'Portal de socios',
  people: 'Personas',
  phones: 'Teléfonos',
  phoneSystem: 'Telefonía',
  selfCare: 'Portal de autoservicio',
  sessions: 'Mis sesiones',
  system: 'Sistema',
  testCall: 'Probar una llamada',
  transactions: 'Transacciones',
}

export type MenuWord = keyof typeof en

export const menuTexts = inLanguage({ en, fr, es })
