/** What callers are told, as text: the source of every announcement. `render-prompts` makes the audio of it. */

export const locales = ['en', 'fr', 'es'] as const
export type Locale = (typeof locales)[number]

/** The language of a prompt that is asked for without one. */
export const DEFAULT_LOCALE: Locale = 'en'

export const promptIds = [
  'no_credit',
  'credit_ending',
  'not_in_service',
  'destination_blocked',
  'account_suspended',
  'all_circuits_busy',
  'call_rejected',
  'emergency_test_readback',
  'welcome_echo_test',
  'goodbye',
  'sorry_system',
] as const
export type PromptId = (typeof promptIds)[number]

/** After this prompt the caller hears himself for as long, and only then is it over. */
export const echoAfterMs: Readonly<Partial<Record<PromptId, number>>> = { welcome_echo_test: 10_000 }

const en: Readonly<Record<PromptId, string>> = {
  no_credit: 'There is no credit left for this call. Please add funds in your customer portal, and call again.',
  credit_ending: 'Your credit is almost used up. This call will end soon.',
  not_in_service: 'The number you have dialled is not in service. Please check the number, and call again.',
  destination_blocked: 'Calls to this destination are not allowed from your line. Please ask your administrator.',
  account_suspended: 'This account is suspended. Please sign in to your customer portal, or contact support.',
  all_circuits_busy: 'All circuits are busy now. Please try your call again later.',
  call_rejected: 'The person you are calling cannot take your call.',
  emergency_test_readback:
    'This is the emergency calling test. Your line can reach emergency services. No emergency call was made. ' +
    'Please check the address of your number in your customer portal.',
  welcome_echo_test: 'Welcome to the echo test. After this message, you will hear yourself for ten seconds.',
  goodbye: 'Goodbye.',
  sorry_system: 'We are sorry. Your call cannot be completed because of a problem on our side. Please try again later.',
}

const fr: Readonly<Record<PromptId, string>> = {
  no_credit: 'Il ne reste plus de crédit pour cet appel. Veuillez ajouter des fonds dans votre portail client.',
  credit_ending: 'Votre crédit est presque épuisé. Cet appel va bientôt se terminer.',
  not_in_service: "Le numéro composé n'est pas en service. Veuillez vérifier le numéro, et rappeler.",
  destination_blocked:
    'Les appels vers cette destination ne sont pas permis sur votre ligne. Veuillez contacter votre administrateur.',
  account_suspended: 'Ce compte est suspendu. Veuillez consulter votre portail client, ou joindre le soutien.',
  all_circuits_busy: 'Tous les circuits sont occupés. Veuillez rappeler plus tard.',
  call_rejected: 'La personne que vous appelez ne peut pas prendre votre appel.',
  emergency_test_readback:
    "Ceci est le test d'appel d'urgence. Votre ligne peut joindre les services d'urgence. " +
    "Aucun appel d'urgence n'a été fait. Veuillez vérifier l'adresse de votre numéro dans votre portail client.",
  welcome_echo_test: "Bienvenue au test d'écho. Après ce message, vous vous entendrez pendant dix secondes.",
  goodbye: 'Au revoir.',
  sorry_system: 'Nous sommes désolés. Votre appel ne peut pas aboutir à cause de notre système. Rappelez plus tard.',
}

const es: Readonly<Record<PromptId, string>> = {
  no_credit: 'No queda crédito para esta llamada. Por favor, añada fondos en su portal de cliente.',
  credit_ending: 'Su crédito está casi agotado. Esta llamada terminará pronto.',
  not_in_service: 'El número marcado no está en servicio. Por favor, compruebe el número y vuelva a llamar.',
  destination_blocked: 'Su línea no permite llamadas a este destino. Por favor, consulte a su administrador.',
  account_suspended: 'Esta cuenta está suspendida. Por favor, entre en su portal de cliente o llame a soporte.',
  all_circuits_busy: 'Todos los circuitos están ocupados. Por favor, llame más tarde.',
  call_rejected: 'La persona a la que llama no puede atender su llamada.',
  emergency_test_readback:
    'Esta es la prueba de llamadas de emergencia. Su línea puede comunicarse con los servicios de emergencia. ' +
    'No se hizo ninguna llamada de emergencia. Compruebe la dirección de su número en su portal de cliente.',
  welcome_echo_test: 'Bienvenido a la prueba de eco. Después de este mensaje se oirá a sí mismo durante diez segundos.',
  goodbye: 'Adiós.',
  sorry_system: 'Lo sentimos. No podemos completar su llamada por un problema nuestro. Intente más tarde.',
}

/** The words of every announcement in every language. */
export const promptTexts: Readonly<Record<Locale, Readonly<Record<PromptId, string>>>> = { en, fr, es }
