/** Coming in and going out without a script: the sign-in form, the demo's one-time link, the page after signing out. */

import { html } from 'hono/html'
import { readForm, sentence, sessionCookie, sessionTokenOf, type DoorContext } from '../../../platform/http/index.ts'
import { signInByLink } from '../../../platform/identity/index.ts'
import { askApi, refusalOf } from './ask-api.ts'
import type { PagesRoom } from './room.ts'
import { passkeyButton } from './passkey-button.ts'
import { publicPage } from './public-page.ts'

const USER_AGENT_MAX = 300

/** A path of ours to go on to; anything that could lead to another site becomes the first page. */
export function safeNext(next: string | null | undefined): string {
  return next && /^\/(?![/\\])[^\s\\]*$/.test(next) && next.length <= 500 ? next : '/'
}

type SignInForm = {
  readonly next: string
  readonly login?: string
  readonly refusal?: string
  readonly status?: number
}

function signInForm({ brands }: PagesRoom, c: DoorContext, form: SignInForm): Promise<Response> {
  const { next, login = '', refusal, status } = form
  return publicPage(c, {
    brand: brands.byHost(c.get('host')),
    title: 'Sign in',
    ...(status === undefined ? {} : { status }),
    card: html`<h1>Sign in</h1>
      ${refusal && html`<p class="notice refusal" role="alert" id="refusal">${sentence(refusal)}</p>`}
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value="${next}" />
        <label
          >Login
          <input
            name="login"
            value="${login}"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            maxlength="254"
            required
            ${login ? '' : 'autofocus'}
        /></label>
        <label
          >Password
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            maxlength="200"
            required
            ${login ? 'autofocus' : ''}
        /></label>
        <button>Sign in</button>
        <a class="button plain" href="/recovery">Password Recovery</a>
        ${passkeyButton(c, next)}
      </form>`,
  })
}

/** GET /sign-in: the form; whoever is signed in goes on. */
export async function showSignIn(room: PagesRoom, c: DoorContext): Promise<Response> {
  const next = safeNext(c.req.query('next'))
  if (await c.get('caller')()) return c.redirect(next, 303)
  return signInForm(room, c, { next })
}

/** POST /sign-in: the same operation as the API's, with its limits and its audit. */
export async function takeSignIn(room: PagesRoom, c: DoorContext): Promise<Response> {
  const form = await readForm(c.req.raw)
  if (!form.ok) return signInForm(room, c, { next: '/', refusal: form.failure.message, status: 400 })
  const next = safeNext(form.value.get('next'))
  const login = (form.value.get('login') ?? '').trim()
  const password = form.value.get('password') ?? ''
  const answer = await askApi(room.door, c, '/api/v1/session', { login, password })
  if (!answer.ok) {
    const { code, detail, step } = await refusalOf(answer)
    if (code === 'identity.code_needed' && step !== undefined) return codeForm(room, c, { next, step })
    return signInForm(room, c, { next, login, refusal: detail, status: answer.status })
  }
  return goOn(c, answer, next)
}

type CodeForm = { readonly next: string; readonly step: string; readonly refusal?: string; readonly status?: number }

function codeForm({ brands }: PagesRoom, c: DoorContext, { next, step, refusal, status }: CodeForm): Promise<Response> {
  return publicPage(c, {
    brand: brands.byHost(c.get('host')),
    title: 'Sign in',
    ...(status === undefined ? {} : { status }),
    card: html`<h1>One more step</h1>
      <p class="muted">Enter the code of your authenticator application, or one of your codes on paper.</p>
      ${refusal && html`<p class="notice refusal" role="alert" id="refusal">${sentence(refusal)}</p>`}
      <form method="post" action="/sign-in/code">
        <input type="hidden" name="next" value="${next}" />
        <input type="hidden" name="step" value="${step}" />
        <label
          >Code
          <input name="code" autocomplete="one-time-code" spellcheck="false" maxlength="20" required autofocus
        /></label>
        <button>Sign in</button>
        <a class="button plain" href="/sign-in">Begin again</a>
      </form>`,
  })
}

/** POST /sign-in/code: the one-time code after the password. */
export async function takeCode(room: PagesRoom, c: DoorContext): Promise<Response> {
  const form = await readForm(c.req.raw)
  if (!form.ok) return signInForm(room, c, { next: '/', refusal: form.failure.message, status: 400 })
  const next = safeNext(form.value.get('next'))
  const step = form.value.get('step') ?? ''
  const code = form.value.get('code') ?? ''
  const answer = await askApi(room.door, c, '/api/v1/session/code', { step, code })
  if (answer.ok) return goOn(c, answer, next)
  const { code: refused, detail } = await refusalOf(answer)
  const wrong = 'this code is not right, was used already, or came too late'
  const refusal = refused === 'identity.wrong_login' || refused === 'http.bad_input' ? wrong : detail
  return codeForm(room, c, { next, step, refusal, status: answer.status })
}

/** On to where somebody wanted to go, with what the API gave him. */
function goOn(c: DoorContext, answer: Response, next: string): Response {
  const response = c.redirect(next, 303)
  for (const cookie of answer.headers.getSetCookie()) response.headers.append('set-cookie', cookie)
  return response
}

/** GET /sign-in/link/<token>: signs a persona of the demo in, once; nothing of the kind exists elsewhere. */
export async function takeSignInLink(room: PagesRoom, c: DoorContext, token: string): Promise<Response> {
  const signedIn = await signInByLink(room.identity, token, {
    source: c.get('source'),
    userAgent: (c.req.header('user-agent') ?? '').slice(0, USER_AGENT_MAX),
    replaces: sessionTokenOf(c),
  })
  if (!signedIn.ok) {
    // The link in a terminal is often opened twice: whoever it has signed in before just goes on.
    if (await c.get('caller')()) return c.redirect('/', 303)
    return signInForm(room, c, { next: '/', refusal: signedIn.failure.message, status: 410 })
  }
  const response = c.redirect(safeNext(c.req.query('next')), 303)
  response.headers.append('set-cookie', sessionCookie(c, signedIn.value.token))
  return response
}

/** POST /sign-out: ends the session of this browser. */
export async function takeSignOut(room: PagesRoom, c: DoorContext): Promise<Response> {
  const answer = await askApi(room.door, c, '/api/v1/session', undefined, 'DELETE')
  // Whoever has no session any more is where he wanted to be.
  const response = c.redirect(answer.ok || answer.status === 401 ? '/signed-out' : '/', 303)
  for (const cookie of answer.headers.getSetCookie()) response.headers.append('set-cookie', cookie)
  return response
}

/** GET /signed-out: says that the session is over. */
export function showSignedOut({ brands }: PagesRoom, c: DoorContext): Promise<Response> {
  return publicPage(c, {
    brand: brands.byHost(c.get('host')),
    title: 'Signed out',
    card: html`<h1>You are signed out</h1>
      <p class="muted">This browser has no session any more.</p>
      <p><a class="button" href="/sign-in">Sign in again</a></p>`,
  })
}
