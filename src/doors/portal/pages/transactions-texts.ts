/** What Transactions says. */

import { inLanguage } from '../words/language.ts'

const en = {
  direction: 'Direction',
  noneFits: 'No call fits these filters.',
  number: 'From or to the number',
  allCustomers: 'All customers',
  calls: 'Calls',
  caption: (first: string, last: string) => `Transactions from ${first} to ${last}`,
  charged: 'Charged',
  customer: 'Customer',
  duration: 'Duration',
  none: 'There are no transactions in these days.',
  noneOfCustomer: 'There are no transactions of this customer in these days.',
  notHere: 'a customer that is not here',
  note: (zone: string) => `Days and times are in your time zone, ${zone}.`,
  only: 'Only',
  showAll: 'Show all customers',
  totalOf: (count: number, text: string) => (count === 1 ? 'Total of 1 call' : `Total of ${text} calls`),
}

const fr: typeof en = {
  direction: 'Sens',
  noneFits: 'Aucun appel ne correspond à ces filtres.',
  number: 'De ou vers le numéro',
  allCustomers: 'Tous les clients',
  calls: 'Appels',
  caption: (first, last) => `Transactions du ${first} au ${last}`,
  charged: 'Facturé',
  customer: 'Client',
  duration: 'Durée',
  none: 'Il n’y a pas de transactions pour ces jours.',
  noneOfCustomer: 'Ce client n’a pas de transactions pour ces jours.',
  notHere: 'un client qui n’est pas ici',
  note: (zone) => `Les jours et les heures sont dans votre fuseau horaire, ${zone}.`,
  only: 'Seulement',
  showAll: 'Afficher tous les clients',
  totalOf: (count, text) => (count < 2 ? `Total de ${text} appel` : `Total de ${text} appels`),
}

const es: typeof en = {
  direction: 'Sentido',
  noneFits: 'Ninguna llamada coincide con estos filtros.',
  number: 'Desde o hacia el número',
  allCustomers: 'Todos los clientes',
  calls: 'Llamadas',
  caption: (first, last) => `Transacciones del ${first} al ${last}`,
  charged: 'Cobrado',
  customer: 'Cliente',
  duration: 'Duración',
  none: 'No hay transacciones en estos días.',
  noneOfCustomer: 'Este cliente no tiene transacciones en estos días.',
  notHere: 'un cliente que no está aquí',
  note: (zone) => `Los días y las horas están en su zona horaria, ${zone}.`,
  only: 'Solo',
  showAll: 'Mostrar todos los clientes',
  totalOf: (count, text) => (count === 1 ? 'Total de 1 llamada' : `Total de ${text} llamadas`),
}

export const transactionsTexts = inLanguage({ en, fr, es })
