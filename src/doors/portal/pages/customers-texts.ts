/** What Customers says. */

import { inLanguage } from '../words/language.ts'

const en = {
  account: 'Account',
  available: 'Available',
  limit: 'Credit limit',
  name: 'Name',
  none: 'There are no customers yet.',
  noneFits: (search: string) => `No customer fits “${search}”.`,
  owed: 'Balance owed',
  search: 'Search by name or account',
  servedBy: 'Served by',
  status: 'Status',
}

const fr: typeof en = {
  account: 'Compte',
  available: 'Disponible',
  limit: 'Limite de crédit',
  name: 'Nom',
  none: 'Il n’y a pas encore de clients.',
  noneFits: (search) => `Aucun client ne correspond à « ${search} ».`,
  owed: 'Solde dû',
  search: 'Chercher par nom ou compte',
  servedBy: 'Servi par',
  status: 'État',
}

const es: typeof en = {
  account: 'Cuenta',
  available: 'Disponible',
  limit: 'Límite de crédito',
  name: 'Nombre',
  none: 'Todavía no hay clientes.',
  noneFits: (search) => `Ningún cliente coincide con «${search}».`,
  owed: 'Saldo adeudado',
  search: 'Buscar por nombre o cuenta',
  servedBy: 'Atendido por',
  status: 'Estado',
}

export const customersTexts = inLanguage({ en, fr, es })
