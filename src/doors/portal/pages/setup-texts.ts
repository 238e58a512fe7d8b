/** What the checklist and the alerts of a Dashboard say. */

import { inLanguage } from '../words/language.ts'

const en = {
  title: (done: number, all: number) => `Setting up: ${done} of ${all}`,
  steps: {
    secured: 'Protect your login with a passkey or one-time codes',
    address: 'Confirm the 911 address of every number',
    card: 'Add a card for monthly payments',
    users: 'Invite somebody else',
    phone: 'Connect the first phone',
    call: 'Place a test call',
    brand: 'Give your brand its logo',
    decks: 'Put prices in force',
    customer: 'Add the first customer',
    carrier: 'Connect the first carrier',
    number: 'Add the first number',
  },
  alerts: {
    credit: (count: number) =>
      count === 1
        ? 'Four fifths of the credit limit are used. Above it, paid calls are refused; emergency calls always work.'
        : `${count} accounts have used four fifths of their credit limit.`,
    suspended: (count: number) => (count === 1 ? 'The account is suspended.' : `${count} customers are suspended.`),
    no_address: (count: number) => `${count} numbers have no active 911 address: they cannot call out.`,
    overdue: (count: number) => (count === 1 ? 'An invoice is overdue.' : `${count} invoices are overdue.`),
    dead_jobs: (count: number) => `${count} jobs were given up.`,
  },
  look: 'Look at it',
}

const fr: typeof en = {
  title: (done, all) => `Mise en route : ${done} sur ${all}`,
  steps: {
    secured: 'Protéger votre identifiant par une clé d’accès ou des codes à usage unique',
    address: 'Confirmer l’adresse 911 de chaque numéro',
    card: 'Ajouter une carte pour les paiements mensuels',
    users: 'Inviter quelqu’un d’autre',
    phone: 'Brancher le premier téléphone',
    call: 'Faire un appel d’essai',
    brand: 'Donner son logo à votre marque',
    decks: 'Mettre des prix en vigueur',
    customer: 'Ajouter le premier client',
    carrier: 'Relier le premier opérateur',
    number: 'Ajouter le premier numéro',
  },
  alerts: {
    credit: (count) =>
      count === 1
        ? 'Quatre cinquièmes de la limite de crédit sont utilisés. Au-delà, les appels payants sont refusés.'
        : `${count} comptes ont utilisé quatre cinquièmes de leur limite de crédit.`,
    suspended: (count) => (count === 1 ? 'Le compte est suspendu.' : `${count} clients sont suspendus.`),
    no_address: (count) => `${count} numéros n’ont pas d’adresse 911 active : ils ne peuvent pas appeler l’extérieur.`,
    overdue: (count) => (count === 1 ? 'Une facture est en retard.' : `${count} factures sont en retard.`),
    dead_jobs: (count) => `${count} tâches ont été abandonnées.`,
  },
  look: 'Y aller',
}

const es: typeof en = {
  title: (done, all) => `Puesta en marcha: ${done} de ${all}`,
  steps: {
    secured: 'Proteger su usuario con una llave de acceso o códigos de un solo uso',
    address: 'Confirmar la dirección 911 de cada número',
    card: 'Añadir una tarjeta para los pagos mensuales',
    users: 'Invitar a alguien más',
    phone: 'Conectar el primer teléfono',
    call: 'Hacer una llamada de prueba',
    brand: 'Dar su logotipo a la marca',
    decks: 'Poner precios en vigor',
    customer: 'Añadir el primer cliente',
    carrier: 'Conectar el primer operador',
    number: 'Añadir el primer número',
  },
  alerts: {
    credit: (count) =>
      count === 1
        ? 'Cuatro quintos del límite de crédito están usados. Por encima, las llamadas de pago se rechazan.'
        : `${count} cuentas han usado cuatro quintos de su límite de crédito.`,
    suspended: (count) => (count === 1 ? 'La cuenta está suspendida.' : `${count} clientes están suspendidos.`),
    no_address: (count) => `${count} números no tienen dirección 911 activa: no pueden llamar hacia fuera.`,
    overdue: (count) => (count === 1 ? 'Una factura está vencida.' : `${count} facturas están vencidas.`),
    dead_jobs: (count) => `${count} tareas se abandonaron.`,
  },
  look: 'Ver',
}

export const setupTexts = inLanguage({ en, fr, es })
