/** What Carriers says. */

import { inLanguage } from '../words/language.ts'

const en = {
  byDns: 'by DNS',
  calls: (count: number) => (count === 1 ? '1 call' : `${count} calls`),
  carriersNote: 'A call takes the route with the longest prefix that fits, the lowest order first.',
  channels: (count: number, max: number) => `${count} of ${max} channels`,
  destinations: 'Destinations',
  disabled: 'Disabled',
  down: 'Down',
  emergencyCalls: 'Emergency calls',
  everythingElse: 'Everything else',
  kind: 'Kind',
  noRoute: 'No destination goes to this carrier.',
  none: 'There are no carriers yet: calls to other networks cannot leave.',
  notHeard: 'Not heard yet',
  order: 'Order',
  routesOf: (name: string) => `Routes of ${name}`,
  up: 'Up',
}

const fr: typeof en = {
  byDns: 'par DNS',
  calls: (count) => (count < 2 ? `${count} appel` : `${count} appels`),
  carriersNote: 'Un appel prend la route au plus long préfixe qui convient, le plus petit rang d’abord.',
  channels: (count, max) => `${count} canaux sur ${max}`,
  destinations: 'Destinations',
  disabled: 'Désactivé',
  down: 'En panne',
  emergencyCalls: 'Appels d’urgence',
  everythingElse: 'Tout le reste',
  kind: 'Type',
  noRoute: 'Aucune destination ne va vers cet opérateur.',
  none: 'Il n’y a pas encore d’opérateur : les appels vers d’autres réseaux ne peuvent pas sortir.',
  notHeard: 'Pas encore entendu',
  order: 'Rang',
  routesOf: (name) => `Routes de ${name}`,
  up: 'En service',
}

const es: typeof en = {
  byDns: 'por DNS',
  calls: (count) => (count === 1 ? '1 llamada' : `${count} llamadas`),
  carriersNote: 'Una llamada toma la ruta con el prefijo más largo que encaja, primero la de orden menor.',
  channels: (count, max) => `${count} de ${max} canales`,
  destinations: 'Destinos',
  disabled: 'Desactivado',
  down: 'Caído',
  emergencyCalls: 'Llamadas de emergencia',
  everythingElse: 'Todo lo demás',
  kind: 'Tipo',
  noRoute: 'Ningún destino va a este operador.',
  none: 'Todavía no hay operadores: las llamadas a otras redes no pueden salir.',
  notHeard: 'Aún sin noticias',
  order: 'Orden',
  routesOf: (name) => `Rutas de ${name}`,
  up: 'En servicio',
}

export const carriersTexts = inLanguage({ en, fr, es })
