/** What is said with a password that is shown once. */

import { inLanguage } from './language.ts'

const en = {
  kept: 'I have kept the password',
  once: 'Enter both in the phone. The password is shown this once and cannot be read again.',
  password: 'SIP password',
  user: 'SIP user',
}

const fr: typeof en = {
  kept: 'J’ai conservé le mot de passe',
  once: 'Entrez les deux dans le téléphone. Le mot de passe n’est montré que cette fois et ne peut plus être lu.',
  password: 'Mot de passe SIP',
  user: 'Utilisateur SIP',
}

const es: typeof en = {
  kept: 'He guardado la contraseña',
  once: 'Introduzca ambos en el teléfono. La contraseña se muestra solo esta vez y no se puede volver a leer.',
  password: 'Contraseña SIP',
  user: 'Usuario SIP',
}

export const secretTexts = inLanguage({ en, fr, es })
