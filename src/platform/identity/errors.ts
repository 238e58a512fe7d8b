/** Expected failures of identity. None of them tells whether a login exists. */

import { fail, type Failure } from '../../base/index.ts'

export type ThrottleFailure = Failure<'identity.too_many_attempts'>

export type SignInFailure = Failure<
  'identity.wrong_login' | 'identity.code_needed' | 'identity.too_many_attempts' | 'identity.busy'
>

export type PasskeyFailure = Failure<'identity.passkey_refused'>

export type CodeFailure = Failure<'identity.code_refused'>

export type LoginFailure = Failure<
  'identity.no_such_login' | 'identity.login_taken' | 'identity.role_too_wide' | 'identity.wrong_role'
>

export type PasswordFailure = Failure<'identity.weak_password'>

export type RecoveryFailure = Failure<'identity.link_invalid' | 'identity.weak_password' | 'identity.busy'>

/** The one answer to an unknown login, a wrong password, a locked login and one without a password. */
export const wrongLogin = fail('identity.wrong_login', 'the login or the password is wrong')

/** The password was right; `step` and a code finish the sign-in. */
export function codeNeeded(step: string) {
  return fail('identity.code_needed', 'enter the code of your authenticator application', { step })
}

/** A new passkey that is not what it says, was made elsewhere, or came too late. */
export const passkeyRefused = fail('identity.passkey_refused', 'the passkey was not accepted; try again')

/** The one answer to a wrong code, a used one, and one that nobody waits for. */
export const codeRefused = fail('identity.code_refused', 'this code is not right; wait for the next one and try again')

export const noSuchLogin = fail('identity.no_such_login', 'there is no login with this id')

export const noPerson = fail('identity.no_person', 'a phone user is a person of this customer; choose one')

export const wrongRole = fail('identity.wrong_role', 'this role does not belong to this kind of company')

/** Attempts come too fast; nothing was checked. */
export function tooManyAttempts(waitMs: number) {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  const message = `too many attempts; wait ${retryAfterSeconds} seconds and try again`
  return fail('identity.too_many_attempts', message, { retryAfterSeconds })
}

/** The queue of password checks is full. */
export const busy = fail('identity.busy', 'too many people sign in at this moment; try again in a few seconds', {
  retryAfterSeconds: 3,
})

/** The one answer to a link that was used, has expired, was replaced or never existed. */
export const linkInvalid = fail('identity.link_invalid', 'this link is not valid any more; ask for a new one')

/** Another login's session is no more there for the asker than one that never was. */
export const noSuchSession = fail('identity.no_such_session', 'you have no open session with this id')

export const noSuchKey = fail('identity.no_such_key', 'there is no valid key with this id')

export const API_KEYS_MAX = 100
export const tooManyKeys = fail(
  'identity.too_many_keys',
  `there are ${API_KEYS_MAX} valid keys; end some of them first`,
)
export const roleTooWide = fail('identity.role_too_wide', 'nobody gives others more rights than he has')

/** Somebody has this login name already. */
export function loginTaken(login: string) {
  return fail('identity.login_taken', `somebody signs in as ${login} already; choose another login`)
}
