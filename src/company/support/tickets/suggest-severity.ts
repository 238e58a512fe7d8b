/** The severity that the words of a ticket speak for, by the conditions of the policy, in three languages. */

import type { Severity } from '../sla/policy.ts'

export type Suggestion = {
  readonly severity: Severity
  /** The condition of the policy that it was recognised by; undefined when nothing was. */
  readonly condition: string | undefined
}

type Condition = { readonly severity: Severity; readonly condition: string; readonly words: readonly RegExp[] }

const cannot = String.raw`(cannot|can ?not|can'?t|unable to|are not able to|is not able to|no one can|nobody can)`
const words = (...patterns: readonly string[]): readonly RegExp[] => patterns.map((one) => new RegExp(one, 'iu'))

/** In the order in which they are tried: the worst first. */
const conditions: readonly Condition[] = [
  {
    severity: 'critical',
    condition: 'all customers are unable to make and receive any calls',
    words: words(
      String.raw`system.?wide|total outage|complete outage|everything is down|all (lines|phones|calls) (are|is) down`,
      String.raw`\b(all|none) (of )?(my|our|the)? ?(customers|clients)\b.{0,60}(${cannot}|down|can\b|no service)`,
      String.raw`panne (générale|totale)|tous (nos|mes|les) clients|aucun (de nos )?clients?`,
      String.raw`ca[ií]da (total|general)|todos (nuestros|mis|los) clientes|ning[uú]n cliente`,
    ),
  },
  {
    severity: 'high',
    condition: 'one-way audio',
    words: words(
      String.raw`one.?way (audio|speech|sound)|(can'?t|cannot|can not) hear|hears? (nothing|no)`,
      String.raw`no (audio|sound) (on|from|in)`,
      String.raw`son (unidirectionnel|à sens unique)|n'?entend(ons|ent|s)? (pas|rien|plus)`,
      String.raw`audio (unidireccional|en un solo sentido)|no (se )?(oye|oyen|escucha|escuchan)`,
    ),
  },
  {
    severity: 'high',
    condition: 'a system cannot be reached by the public web',
    words: words(
      String.raw`(portal|web ?site|dashboard|login page).{0,40}(unreachable|down|not (load|open|work|respond)|time)`,
      String.raw`(${cannot}|inability to) (access|reach|open|load) .{0,30}(portal|system|web)`,
      String.raw`portail.{0,40}(inaccessible|en panne|ne (répond|charge))`,
      String.raw`portal.{0,40}(inaccesible|ca[ií]do|no (carga|responde))`,
    ),
  },
  {
    severity: 'high',
    condition: 'a customer cannot make or receive calls',
    words: words(
      String.raw`(${cannot}) (make|place|receive|get)( or receive| and receive)? .{0,20}calls?`,
      String.raw`(no|not) (incoming|inbound|outgoing|outbound) calls?|phones? (are|is) (all )?(down|dead|offline)`,
      String.raw`(impossible|ne (peut|peuvent|pouvons)).{0,20}(appeler|recevoir|faire).{0,20}(appels?)?`,
      String.raw`no (podemos|puede|pueden|puedo) (hacer|recibir|realizar).{0,20}llamadas?`,
    ),
  },
  {
    severity: 'high',
    condition: 'calls are not completing to certain areas',
    words: words(
      String.raw`calls? (to|from) .{0,40}(fail|do not|don'?t|not) ?(complet|connect|go)?|not complet|intermittent`,
      String.raw`appels? (vers|à) .{0,40}(échou|n'aboutiss)|intermittents?|llamadas? a .{0,40}(fallan|no se completan)`,
    ),
  },
  {
    severity: 'low',
    condition: 'help with setup and configuration',
    words: words(
      String.raw`how (do|can|to) |set ?up|setting up|configur(e|ing|ation)|new (ivr|queue|device|phone|dial plan)`,
      String.raw`comment (faire|puis|configurer)|configurer|paramétrer|c[oó]mo (puedo|hago|configur)|configurar`,
    ),
  },
  {
    severity: 'normal',
    condition: 'call routing, voicemail, transfers or queues of a working service',
    words: words(
      String.raw`routing|voice ?mail|transfer|queue|forward|messagerie|transfert|buz[oó]n|transferencia|cola`,
    ),
  },
]

/** What the words say; Normal when they say nothing. */
export function suggestSeverity(text: string): Suggestion {
  const plain = text.slice(0, 20_000).replaceAll(/[’‘]/g, "'")
  const found = conditions.find(({ words: patterns }) => patterns.some((pattern) => pattern.test(plain)))
  return found ? { severity: found.severity, condition: found.condition } : { severity: 'normal', condition: undefined }
}
