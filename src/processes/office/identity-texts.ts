/** What the mails of identity say, in the language of the login. */

export type IdentityTexts = {
  readonly hello: (name: string) => string
  readonly recovery: {
    readonly subject: string
    readonly asked: (login: string) => string
    readonly act: string
    readonly note: string
  }
  readonly changed: {
    readonly subject: string
    readonly said: (login: string) => string
    readonly note: (help: string) => string
  }
  readonly welcome: {
    readonly subject: (brand: string) => string
    readonly said: (brand: string) => string
    readonly login: string
    readonly portal: string
    readonly act: string
    readonly note: string
    readonly help: (help: string) => string
  }
}

const en: IdentityTexts = {
  hello: (name) => `Hello ${name},`,
  recovery: {
    subject: 'Password Recovery',
    asked: (login) => `somebody asked for a new password for your login ${login}.`,
    act: 'Choose a new password',
    note: 'The link works once, for 30 minutes. If it was not you, there is nothing to do.',
  },
  changed: {
    subject: 'Your password was changed',
    said: (login) => `the password of your login ${login} was changed and every session was ended.`,
    note: (help) => `If it was not you, tell us at once${help ? `: ${help}` : ''}.`,
  },
  welcome: {
    subject: (brand) => `Welcome to ${brand}`,
    said: (brand) => `${brand} has opened the Customer Self-Care Portal for you. Choose a password, and you are in.`,
    login: 'Your login',
    portal: 'The portal',
    act: 'Choose your password',
    note: 'The link works once, for seven days. Afterwards, “Password Recovery” on the sign-in page sends another one.',
    help: (help) => `Questions? ${help}`,
  },
}

const fr: IdentityTexts = {
  hello: (name) => `Bonjour ${name},`,
  recovery: {
    subject: 'Mot de passe oublié',
    asked: (login) => `quelqu’un a demandé un nouveau mot de passe pour votre identifiant ${login}.`,
    act: 'Choisir un nouveau mot de passe',
    note: 'Le lien fonctionne une seule fois, pendant 30 minutes. Si ce n’était pas vous, il n’y a rien à faire.',
  },
  changed: {
    subject: 'Votre mot de passe a été modifié',
    said: (login) =>
      `le mot de passe de votre identifiant ${login} a été modifié et toutes les sessions ont été fermées.`,
    note: (help) => `Si ce n’était pas vous, dites-le-nous tout de suite${help ? ` : ${help}` : ''}.`,
  },
  welcome: {
    subject: (brand) => `Bienvenue chez ${brand}`,
    said: (brand) => `${brand} vous a ouvert le portail libre-service. Choisissez un mot de passe pour y entrer.`,
    login: 'Votre identifiant',
    portal: 'Le portail',
    act: 'Choisir votre mot de passe',
    note: 'Le lien fonctionne une seule fois, pendant sept jours. Ensuite, « Mot de passe oublié » en envoie un autre.',
    help: (help) => `Des questions ? ${help}`,
  },
}

const es: IdentityTexts = {
  hello: (name) => `Hola, ${name}:`,
  recovery: {
    subject: 'Recuperación de contraseña',
    asked: (login) => `alguien pidió una nueva contraseña para su usuario ${login}.`,
    act: 'Elegir una nueva contraseña',
    note: 'El enlace funciona una sola vez, durante 30 minutos. Si no fue usted, no tiene que hacer nada.',
  },
  changed: {
    subject: 'Se cambió su contraseña',
    said: (login) => `se cambió la contraseña de su usuario ${login} y se cerraron todas las sesiones.`,
    note: (help) => `Si no fue usted, avísenos de inmediato${help ? `: ${help}` : ''}.`,
  },
  welcome: {
    subject: (brand) => `Le damos la bienvenida a ${brand}`,
    said: (brand) => `${brand} le ha abierto el portal de autoservicio. Elija una contraseña para entrar.`,
    login: 'Su usuario',
    portal: 'El portal',
    act: 'Elegir su contraseña',
    note: 'El enlace funciona una sola vez, durante siete días. Después, «Recuperación de contraseña» envía otro.',
    help: (help) => `¿Preguntas? ${help}`,
  },
}

export type MailLanguage = 'en' | 'fr' | 'es'

/** The language of a locale like `fr-CA`; English for those that are not spoken here. */
export function mailLanguageOf(locale: string): MailLanguage {
  const language = locale.slice(0, 2).toLowerCase()
  return language === 'fr' || language === 'es' ? language : 'en'
}

/** The texts in a language. */
export function identityTexts(language: MailLanguage): IdentityTexts {
  return { en, fr, es }[language]
}
