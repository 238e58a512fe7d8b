/** What the page of voice messages says. */

import { inLanguage } from '../words/language.ts'

const en = {
  caller: 'Caller',
  deleteMessage: 'Delete the message',
  deleted: 'The message was deleted.',
  deleteNote: 'It cannot be heard again, from no telephone either.',
  deleteOf: (who: string) => `Delete the message of ${who}?`,
  empty: 'Nobody left a message.',
  emptyHint:
    'Calls go on to a mailbox when an extension is forwarded to *98. From a telephone, *97 plays the messages.',
  fresh: 'New',
  heard: 'Heard',
  length: 'Length',
  listen: 'Listen',
  listenTo: (who: string) => `Message of ${who}`,
  mailbox: 'Mailbox',
  note: 'Left in mailboxes; on a telephone *97 plays them.',
  remove: 'Delete',
  state: 'State',
  when: 'Left',
}

const fr: typeof en = {
  caller: 'Appelant',
  deleteMessage: 'Supprimer le message',
  deleted: 'Le message a été supprimé.',
  deleteNote: 'Il ne pourra plus être écouté, d’aucun téléphone non plus.',
  deleteOf: (who) => `Supprimer le message de ${who} ?`,
  empty: 'Personne n’a laissé de message.',
  emptyHint:
    'Les appels vont à la messagerie quand un poste est renvoyé vers *98. ' +
    'Au téléphone, *97 fait entendre les messages.',
  fresh: 'Nouveau',
  heard: 'Écouté',
  length: 'Durée',
  listen: 'Écouter',
  listenTo: (who) => `Message de ${who}`,
  mailbox: 'Messagerie',
  note: 'Laissés dans les messageries ; au téléphone, *97 les fait entendre.',
  remove: 'Supprimer',
  state: 'État',
  when: 'Laissé',
}

const es: typeof en = {
  caller: 'Quien llama',
  deleteMessage: 'Eliminar el mensaje',
  deleted: 'El mensaje se eliminó.',
  deleteNote: 'No podrá escucharse de nuevo, tampoco desde un teléfono.',
  deleteOf: (who) => `¿Eliminar el mensaje de ${who}?`,
  empty: 'Nadie dejó un mensaje.',
  emptyHint:
    'Las llamadas pasan al buzón cuando una extensión se desvía a *98. Desde un teléfono, *97 reproduce los mensajes.',
  fresh: 'Nuevo',
  heard: 'Escuchado',
  length: 'Duración',
  listen: 'Escuchar',
  listenTo: (who) => `Mensaje de ${who}`,
  mailbox: 'Buzón',
  note: 'Dejados en los buzones; en un teléfono *97 los reproduce.',
  remove: 'Eliminar',
  state: 'Estado',
  when: 'Dejado',
}

export const messagesTexts = inLanguage({ en, fr, es })
