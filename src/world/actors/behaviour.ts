/** What happens when a number outside is dialled: its last three digits decide, so that people and tests can choose. */

export type Outcome =
  | {
      readonly kind: 'answer'
      /** Hangs up by itself after this; absent talks until the caller ends. */ readonly talkMs?: number
    }
  | { readonly kind: 'refuse'; readonly status: number; readonly reason: string }
  | { readonly kind: 'no_answer' }

export type Behaviour = {
  /** How long it rings before the outcome. */
  readonly ringMs: number
  /** Rings with a tone of its own (183 with early media) instead of a plain 180. */
  readonly isEarly: boolean
  readonly outcome: Outcome
  /** What the answerer says: a test tone in hertz. */
  readonly tone: string
}

type Named = { readonly ending: string; readonly means: string; readonly behaviour: Behaviour }

const answer = (talkMs?: number): Outcome => (talkMs === undefined ? { kind: 'answer' } : { kind: 'answer', talkMs })
const refuse = (status: number, reason: string): Outcome => ({ kind: 'refuse', status, reason })

/** The numbers that behave in a way of their own; every other one rings for a moment and answers. */
const namedBehaviours: readonly Named[] = [
  {
    ending: '100',
    means: 'answers at once',
    behaviour: { ringMs: 0, isEarly: false, outcome: answer(), tone: '1000' },
  },
  {
    ending: '105',
    means: 'answers, and hangs up after 5 seconds',
    behaviour: { ringMs: 200, isEarly: false, outcome: answer(5000), tone: '900' },
  },
  {
    ending: '104',
    means: 'is not a number: 404',
    behaviour: { ringMs: 0, isEarly: false, outcome: refuse(404, 'Not Found'), tone: '400' },
  },
  {
    ending: '153',
    means: 'cannot be reached through this carrier: 503',
    behaviour: { ringMs: 0, isEarly: false, outcome: refuse(503, 'Service Unavailable'), tone: '400' },
  },
  {
    ending: '180',
    means: 'rings and is never answered',
    behaviour: { ringMs: 0, isEarly: false, outcome: { kind: 'no_answer' }, tone: '400' },
  },
  {
    ending: '183',
    means: 'rings with a tone from the far end for 3 seconds, then answers',
    behaviour: { ringMs: 3000, isEarly: true, outcome: answer(), tone: '700' },
  },
  {
    ending: '186',
    means: 'is busy: 486',
    behaviour: { ringMs: 0, isEarly: false, outcome: refuse(486, 'Busy Here'), tone: '400' },
  },
]

const byEnding = new Map(namedBehaviours.map((named) => [named.ending, named.behaviour]))

/** What a dialled number does. Ring time and voice of ordinary numbers follow from the digits. */
export function behaviourOf(number: string): Behaviour {
  const named = byEnding.get(number.slice(-3))
  if (named) return named
  const last = Number(/\d{1,4}$/.exec(number)?.[0] ?? '0')
  const talkMs = 600_000
  return {
    ringMs: 800 + (last % 7) * 300,
    isEarly: false,
    outcome: answer(talkMs),
    tone: String(500 + (last % 8) * 50),
  }
}
