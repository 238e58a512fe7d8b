/** Auto attendant: says what there is, hears keys or an extension, and sends the caller on. */

import { outputsOf, type Choice, type Input, type MenuService, type Output, type Turn } from './service.ts'

export type MenuState = {
  readonly kind: 'menu'
  readonly service: MenuService
  readonly typed: string
  /** How often the greeting was begun. */
  readonly tried: number
}

/** Between two keys of an extension. */
const NEXT_KEY_MS = 2500
const LONGEST_EXTENSION = 6

/** A menu that nobody has heard yet. */
export function newMenu(service: MenuService): MenuState {
  return { kind: 'menu', service, typed: '', tried: 0 }
}

/** What a menu makes of an input. */
export function stepMenu(state: MenuState, input: Input): Turn<MenuState> {
  switch (input.kind) {
    case 'begin':
      return greet(state)
    case 'said':
      return { state, outputs: [{ kind: 'wait', ms: state.service.waitSeconds * 1000 }] }
    case 'digit':
      return onDigit(state, input.digit)
    case 'waited':
      return state.typed === '' ? greet(state) : choose(state, state.typed)
    case 'dialFailed':
      // Nobody came to the telephone: the caller may choose anew, but not for ever.
      return greet({ ...state, typed: '' }, ['option_unavailable'])
    default:
      return { state, outputs: [] }
  }
}

function greet(state: MenuState, before: readonly string[] = []): Turn<MenuState> {
  const { service, tried } = state
  if (tried >= service.tries) return finish(state, service.otherwise)
  const say: Output = { kind: 'say', prompts: [...before, ...service.greeting], times: 1 }
  return { state: { ...state, typed: '', tried: tried + 1 }, outputs: [say] }
}

function onDigit(state: MenuState, digit: string): Turn<MenuState> {
  const { keys, dialsExtensions } = state.service
  const typed = state.typed + digit
  const hasKey = state.typed === '' && keys[digit] !== undefined
  // A key that could begin an extension waits for the next one.
  if (!dialsExtensions || !/^\d+$/.test(typed)) return choose(state, typed)
  if (typed.length >= LONGEST_EXTENSION) return choose(state, typed)
  const wait: Output = { kind: 'wait', ms: hasKey ? NEXT_KEY_MS / 2 : NEXT_KEY_MS }
  return { state: { ...state, typed }, outputs: [{ kind: 'hush' }, wait] }
}

function choose(state: MenuState, typed: string): Turn<MenuState> {
  const { keys, dialsExtensions } = state.service
  const choice = keys[typed]
  if (choice !== undefined) return finish({ ...state, typed: '' }, choice)
  if (dialsExtensions && /^\d{2,}$/.test(typed)) return finish({ ...state, typed: '' }, { dial: typed })
  return greet({ ...state, typed: '' }, ['option_unknown'])
}

function finish(state: MenuState, choice: Choice): Turn<MenuState> {
  if (choice !== 'again') return { state, outputs: outputsOf(choice) }
  return state.tried >= state.service.tries ? { state, outputs: [{ kind: 'hangUp' }] } : greet(state)
}
