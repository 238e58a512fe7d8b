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
  'option_unknown',
  'option_unavailable',
  'enter_pin',
  'pin_wrong',
  'mailbox_greeting',
  'message_kept',
  'message_empty',
  'message_new',
  'message_old',
  'message_keys',
  'no_more_messages',
  'conference_welcome',
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
  option_unknown: 'This is not one of the choices.',
  option_unavailable: 'Nobody can take your call there at the moment.',
  enter_pin: 'Please enter the code, and press the number sign.',
  pin_wrong: 'This code is not right.',
  mailbox_greeting: 'Nobody can take your call now. Please leave a message after the tone.',
  message_kept: 'Your message was kept. Goodbye.',
  message_empty: 'Nothing was recorded. Goodbye.',
  message_new: 'New message.',
  message_old: 'Message heard before.',
  message_keys: 'To hear it again, press one. To delete it, press seven. For the next message, press the number sign.',
  no_more_messages: 'There are no more messages. Goodbye.',
  conference_welcome: 'You are entering the conference.',
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
  option_unknown: "Ce choix n'existe pas.",
  option_unavailable: 'Personne ne peut prendre votre appel pour le moment.',
  enter_pin: 'Veuillez entrer le code, puis appuyer sur le carré.',
  pin_wrong: "Ce code n'est pas le bon.",
  mailbox_greeting: 'Personne ne peut prendre votre appel maintenant. Veuillez laisser un message après la tonalité.',
  message_kept: 'Votre message a été gardé. Au revoir.',
  message_empty: "Rien n'a été enregistré. Au revoir.",
  message_new: 'Nouveau message.',
  message_old: 'Message déjà entendu.',
  message_keys:
    'Pour le réentendre, appuyez sur le un. Pour le supprimer, appuyez sur le sept. ' +
    'Pour le message suivant, appuyez sur le carré.',
  no_more_messages: "Il n'y a plus de messages. Au revoir.",
  conference_welcome: 'Vous entrez dans la conférence.',
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
  option_unknown: 'Esta opción no existe.',
  option_unavailable: 'Nadie puede atender su llamada en este momento.',
  enter_pin: 'Introduzca el código y pulse la almohadilla.',
  pin_wrong: 'El código no es correcto.',
  mailbox_greeting: 'Nadie puede atender su llamada ahora. Deje un mensaje después del tono.',
  message_kept: 'Su mensaje se ha guardado. Adiós.',
  message_empty: 'No se ha grabado nada. Adiós.',
  message_new: 'Mensaje nuevo.',
  message_old: 'Mensaje ya escuchado.',
  message_keys:
    'Para escucharlo otra vez, pulse uno. Para borrarlo, pulse siete. Para el ' +
    'mensaje siguiente, pulse la almohadilla.',
  no_more_messages: 'No hay más mensajes. Adiós.',
  conference_welcome: 'Está entrando en la conferencia.',
}

/** The words of every announcement in every language. */
export const promptTexts: Readonly<Record<Locale, Readonly<Record<PromptId, string>>>> = { en, fr, es }
