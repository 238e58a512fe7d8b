/** Password Recovery without a script: asking for a link (the same answer for everybody), and using it, once. */

import { html } from 'hono/html'
import { readForm, sentence, type DoorContext } from '../../../platform/http/index.ts'
import { loginOfRecoveryLink } from '../../../platform/identity/index.ts'
import { askApi, refusalOf } from './ask-api.ts'
import type { PagesRoom } from './room.ts'
import { publicPage } from './public-page.ts'

const title = 'Password Recovery'

/** GET /recovery: the form that asks for a link. */
export function showRecovery(room: PagesRoom, c: DoorContext, refusal?: string, status = 200): Promise<Response> {
  return publicPage(c, {
    brand: room.brands.byHost(c.get('host')),
    title,
    status,
    card: html`<h1>${title}</h1>
      <p class="muted">Enter your login. We will mail you a link with which you choose a new password.</p>
      ${refusal && html`<p class="notice refusal" role="alert">${sentence(refusal)}</p>`}
      <form method="post" action="/recovery">
        <label
          >Login
          <input name="login" autocomplete="username" autocapitalize="none" maxlength="254" required autofocus
        /></label>
        <button>Send the link</button>
        <a class="button plain" href="/sign-in">Back to sign-in</a>
      </form>`,
  })
}

/** POST /recovery: takes the request; nobody learns whether the login exists. */
export async function takeRecovery(room: PagesRoom, c: DoorContext): Promise<Response> {
  const form = await readForm(c.req.raw)
  if (!form.ok) return showRecovery(room, c, form.failure.message, 400)
  const login = (form.value.get('login') ?? '').trim()
  const answer = await askApi(room.door, c, '/api/v1/recovery', { login })
  if (!answer.ok) return showRecovery(room, c, (await refusalOf(answer)).detail, answer.status)
  return publicPage(c, {
    brand: room.brands.byHost(c.get('host')),
    title,
    card: html`<h1>Look into your mail</h1>
      <p>If there is such a login, a link is on its way to its mail address. It works once, for 30 minutes.</p>
      <p class="muted">Nothing came? Look into the spam folder, then ask again.</p>
      <p><a class="button plain" href="/sign-in">Back to sign-in</a></p>`,
  })
}

/** GET /recovery/<token>: the form for the new password, or that the link is over. */
export async function showNewPassword(room: PagesRoom, c: DoorContext, token: string): Promise<Response> {
  const login = await loginOfRecoveryLink(room.identity, token)
  return login ? newPasswordForm(room, c, token, login.login) : linkIsOver(room, c)
}

function newPasswordForm(
  room: PagesRoom,
  c: DoorContext,
  token: string,
  login: string,
  refusal?: { readonly message: string; readonly status: number },
): Promise<Response> {
  return publicPage(c, {
    brand: room.brands.byHost(c.get('host')),
    title,
    status: refusal?.status ?? 200,
    card: html`<h1>Choose a new password</h1>
      <p class="muted">For ${login}. You are signed out everywhere when it is set.</p>
      ${refusal && html`<p class="notice refusal" role="alert" id="refusal">${sentence(refusal.message)}</p>`}
      <form method="post" action="/recovery/${token}">
        <input type="text" name="login" value="${login}" autocomplete="username" hidden readonly />
        <label
          >New password
          <input
            name="password"
            type="password"
            autocomplete="new-password"
            maxlength="200"
            required
            autofocus
            ${refusal ? html`aria-invalid="true" aria-describedby="refusal"` : ''}
        /></label>
        <button>Set the password</button>
      </form>`,
  })
}

function linkIsOver(room: PagesRoom, c: DoorContext): Promise<Response> {
  return publicPage(c, {
    brand: room.brands.byHost(c.get('host')),
    title,
    status: 410,
    card: html`<h1>This link is over</h1>
      <p class="muted">It was used already, is older than 30 minutes, or was replaced by a newer one.</p>
      <p><a class="button" href="/recovery">Ask for a new link</a></p>`,
  })
}

/** POST /recovery/<token>: sets the password. */
export async function takeNewPassword(room: PagesRoom, c: DoorContext, token: string): Promise<Response> {
  const form = await readForm(c.req.raw)
  const login = await loginOfRecoveryLink(room.identity, token)
  if (!login) return linkIsOver(room, c)
  if (!form.ok) return newPasswordForm(room, c, token, login.login, { message: form.failure.message, status: 400 })
  const password = form.value.get('password') ?? ''
  const answer = await askApi(room.door, c, '/api/v1/recovery/complete', { token, password })
  if (answer.status === 410) return linkIsOver(room, c)
  if (!answer.ok) {
    const { detail } = await refusalOf(answer)
    return newPasswordForm(room, c, token, login.login, { message: detail, status: answer.status })
  }
  return publicPage(c, {
    brand: room.brands.byHost(c.get('host')),
    title,
    card: html`<h1>Your password is set</h1>
      <p class="muted">Every session of ${login.login} was ended.</p>
      <p><a class="button" href="/sign-in">Sign in</a></p>`,
  })
}
