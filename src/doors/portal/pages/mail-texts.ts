/** What Mail says. */

import { inLanguage } from '../words/language.ts'

const en = {
  failed: 'Failed',
  from: 'From',
  none: 'No mail was written yet.',
  note: 'Every mail of the house, the latest first. Texts are not shown: some let their reader in.',
  onItsWay: 'On its way',
  sent: 'Sent',
  state: 'State',
  subject: 'Subject',
  to: 'To',
  written: 'Written',
}

const fr: typeof en = {
  failed: 'Échoué',
  from: 'De',
  none: 'Aucun courriel n’a encore été écrit.',
  note:
    'Tous les courriels de la maison, les plus récents d’abord. Les textes ne ' +
    'sont pas montrés : certains donnent accès.',
  onItsWay: 'En route',
  sent: 'Envoyé',
  state: 'État',
  subject: 'Objet',
  to: 'À',
  written: 'Écrit',
}

const es: typeof en = {
  failed: 'Fallido',
  from: 'De',
  none: 'Todavía no se ha escrito ningún correo.',
  note: 'Todos los correos de la casa, los más recientes primero. Los textos no se muestran: algunos dan acceso.',
  onItsWay: 'En camino',
  sent: 'Enviado',
  state: 'Estado',
  subject: 'Asunto',
  to: 'Para',
  written: 'Escrito',
}

export const mailTexts = inLanguage({ en, fr, es })
