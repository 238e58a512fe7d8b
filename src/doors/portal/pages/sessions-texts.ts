/** What My sessions says. */

import { inLanguage } from '../words/language.ts'

const en = {
  act: 'Act',
  begun: 'Signed in',
  browser: 'Browser',
  end: 'End',
  endOf: (browser: string, source: string) => `End the session of ${browser} from ${source}`,
  from: 'From',
  none: 'No session is open.',
  note: 'Where you are signed in. End what you do not know, then change your password.',
  on: (name: string, system: string) => `${name} on ${system}`,
  program: 'A program',
  seen: 'Last seen',
  thisOne: 'This one',
  wasEnded: 'The session was ended.',
}

const fr: typeof en = {
  act: 'Action',
  begun: 'Connexion',
  browser: 'Navigateur',
  end: 'Terminer',
  endOf: (browser, source) => `Terminer la session de ${browser} depuis ${source}`,
  from: 'Depuis',
  none: 'Aucune session n’est ouverte.',
  note: 'Là où vous êtes connecté. Terminez ce que vous ne reconnaissez pas, puis changez votre mot de passe.',
  on: (name, system) => `${name} sous ${system}`,
  program: 'Un programme',
  seen: 'Vue la dernière fois',
  thisOne: 'Celle-ci',
  wasEnded: 'La session est terminée.',
}

const es: typeof en = {
  act: 'Acción',
  begun: 'Inicio',
  browser: 'Navegador',
  end: 'Cerrar',
  endOf: (browser, source) => `Cerrar la sesión de ${browser} desde ${source}`,
  from: 'Desde',
  none: 'No hay ninguna sesión abierta.',
  note: 'Dónde ha iniciado sesión. Cierre lo que no reconozca y cambie su contraseña.',
  on: (name, system) => `${name} en ${system}`,
  program: 'Un programa',
  seen: 'Última vez',
  thisOne: 'Esta',
  wasEnded: 'La sesión se ha cerrado.',
}

export const sessionsTexts = inLanguage({ en, fr, es })
