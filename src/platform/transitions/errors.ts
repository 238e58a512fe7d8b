/** Why something could not be moved to another state. Nothing was written when one of these is returned. */

import { fail, type Failure } from '../../base/index.ts'

export type TransitionFailure = Failure<
  'transition.not_found' | 'transition.not_allowed' | 'transition.forbidden' | 'transition.refused'
>

/** Ids shown in a failure; a run over many rows names the first ones. */
const IDS_SHOWN = 20

type About = { readonly entity: string; readonly to: string; readonly ids: readonly string[] }

function details(about: About) {
  return { ...about, ids: about.ids.slice(0, IDS_SHOWN), count: about.ids.length }
}

/** Some ids do not exist, or not for whoever asks. */
export function notFound(about: About) {
  return fail('transition.not_found', `${about.ids.length} of these cannot be found: ${about.entity}`, details(about))
}

/** There is no move from the state they are in. */
export function notAllowed(about: About, from: readonly string[]) {
  const message = `${about.entity} cannot become ${about.to} from ${from.join(', ')}`
  return fail('transition.not_allowed', message, { ...details(about), from })
}

/** The move exists, but not for this role. */
export function forbidden(about: About, role: string) {
  return fail('transition.forbidden', `${role} may not make ${about.entity} ${about.to}`, { ...details(about), role })
}

/** A guard of the move says no. */
export function refusedByGuard(about: About, guard: string, why: string) {
  return fail('transition.refused', why, { ...details(about), guard })
}
