/** The demo page's views as HTML. */

import { html, raw } from 'hono/html'
import type { CaughtMail } from '../mail/catch-mail.ts'
import type { Stage } from '../stage.ts'
import type { Persona } from './personas.ts'
import { script, style } from './style.ts'

type Html = ReturnType<typeof html>

export type PageFacts = {
  readonly personas: readonly Persona[]
  readonly stage: Stage
  readonly mails: readonly CaughtMail[]
  readonly done: string | undefined
  readonly nonce: string
  readonly processes: readonly string[]
  readonly phoneHint:
    | { readonly host: string; readonly port: number; readonly user: string; readonly password: string }
    | undefined
}

function frame(title: string, nonce: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${raw(style)}
        </style>
      </head>
      <body>
        ${body}
        <script nonce="${nonce}">
          ${raw(script)}
        </script>
      </body>
    </html>`
}

const stateWords = { working: 'working', refusing: 'refuses every call', silent: 'answers nothing' } as const
const stateClass = { working: 'ok', refusing: 'danger', silent: 'warn' } as const

/** The figures that change while one looks. */
export function nowView(stage: Stage): Html {
  const { registered, callsInProgress, callsPlaced, callsAnswered, callsRefused, packetsHeard } = stage.figures()
  const month = stage.traffic()?.figures().monthDay ?? 0
  const figure = (label: string, value: number): Html =>
    html`<div>
      <dt>${label}</dt>
      <dd>${value.toLocaleString('en-CA')}</dd>
    </div>`
  const carriers = [stage.carriers.a, stage.carriers.b]
  const reports = stage.emergency.reports().slice(0, 5)
  return html`<dl class="figures">
      ${figure('Phones registered', registered)} ${figure('Calls in progress', callsInProgress)}
      ${figure('Calls placed', callsPlaced)} ${figure('Ended after talk', callsAnswered)}
      ${figure('Never answered', callsRefused)} ${figure('RTP packets heard', packetsHeard)}
    </dl>
    ${month > 0 ? html`<p class="muted">A month is being played: day ${month} of 30.</p>` : ''}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Outside</th>
            <th>State</th>
            <th>Calls now</th>
            <th>Calls taken</th>
            <th>Refused</th>
          </tr>
        </thead>
        <tbody>
          ${carriers.map((carrier) => {
            const { now, taken, refused } = carrier.calls()
            const state = carrier.state()
            return html`<tr>
              <td>${carrier.name}</td>
              <td class="${stateClass[state]}">${stateWords[state]}</td>
              <td>${now}</td>
              <td>${taken}</td>
              <td>${refused}</td>
            </tr>`
          })}
          <tr>
            <td>Emergency centre</td>
            <td class="ok">working</td>
            <td>${stage.emergency.callsNow()}</td>
            <td colspan="2">
              ${
                reports.length === 0
                  ? 'nobody has called'
                  : reports.map(
                      (it) =>
                        html`${it.dialled} from ${it.callerName} ${it.callback} at ${it.at.slice(11, 19)} UTC<br />`,
                    )
              }
            </td>
          </tr>
        </tbody>
      </table>
    </div>`
}

const actWords = {
  startCalls:
    'Places real calls between phones and carriers, a dozen a second, each 20 to 60 seconds long; ' +
    'they are charged like any other.',
  stopCalls: 'Hangs up every call of the world at once. The trickle begins again by itself unless paused.',
  trickle: 'At rest the world keeps up to four calls going. Paused, it places none by itself.',
  emergency:
    'A phone dials 911: the emergency centre answers at once and notes the number to call back. ' +
    'No limit, lock or price stands in its way.',
  crash:
    'Kills one process of the house with SIGKILL; the supervisor starts it again. Audio goes on, ' +
    'nothing is lost or charged twice.',
  playMonth:
    'Plays the pattern of a business month in about three minutes: some 330 real calls of 1 to 4 ' +
    'seconds, many on working days, few at weekends. They are charged now, under today’s date.',
} as const

function actCard(title: string, words: string, form: Html): Html {
  return html`<article class="card">
    <h3>${title}</h3>
    <p>${words}</p>
    ${form}
  </article>`
}

function button(act: string, label: string, fields: Readonly<Record<string, string>> = {}): Html {
  return html`<form method="post" action="/act/${act}">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button>${label}</button>
  </form>`
}

function callsForm(): Html {
  return html`<form method="post" action="/act/startCalls">
    <input type="number" name="count" value="10" min="1" max="100" aria-label="How many calls" />
    <select name="callKind" aria-label="Kind of calls">
      <option value="">mixed</option>
      <option value="internal">internal</option>
      <option value="domestic">domestic</option>
      <option value="international">international</option>
      <option value="inbound">from outside</option>
    </select>
    <button>Start calls</button>
  </form>`
}

function crashForm(processes: readonly string[]): Html {
  return html`<form method="post" action="/act/crash">
    <select name="process" aria-label="Process">
      ${processes.map((name) => html`<option>${name}</option>`)}
    </select>
    <button>Kill it</button>
  </form>`
}

function controls(stage: Stage, processes: readonly string[]): Html {
  const trickles = stage.traffic()?.hasTrickle() ?? true
  const carrierCards = (['a', 'b'] as const).map((key) => {
    const { name } = stage.carriers[key]
    const shared = { carrier: key }
    return actCard(
      name,
      'Fail it and calls go out through the other carrier; heal it and they come back. Calls in progress stay.',
      html`<div class="buttons">
        ${button('carrier', 'Refuse calls (503)', { ...shared, state: 'refusing' })}
        ${button('carrier', 'Fall silent', { ...shared, state: 'silent' })}
        ${button('carrier', 'Heal', { ...shared, state: 'working' })}
      </div>`,
    )
  })
  const pause = button('trickle', trickles ? 'Pause' : 'Resume', { on: trickles ? '' : 'yes' })
  return html`<div class="cards">
    ${actCard('Calls', actWords.startCalls, callsForm())}
    ${actCard('Silence', actWords.stopCalls, button('stopCalls', 'Hang up all'))}
    ${actCard('Trickle', actWords.trickle, pause)}
    ${carrierCards}
    ${actCard('Emergency', actWords.emergency, button('emergency', 'Dial 911'))}
    ${actCard('A process crashes', actWords.crash, crashForm(processes))}
    ${actCard('A month', actWords.playMonth, button('playMonth', 'Play a month'))}
  </div>`
}

function mailTable(mails: readonly CaughtMail[]): Html {
  if (mails.length === 0) {
    return html`<p class="muted">None yet. Ask for a Password Recovery on a sign-in page: its mail appears here.</p>`
  }
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Sent (UTC)</th>
          <th>From</th>
          <th>To</th>
          <th>Subject</th>
        </tr>
      </thead>
      <tbody>
        ${mails.slice(0, 20).map(
          (mail) => html`<tr>
            <td>${mail.at.slice(0, 19).replace('T', ' ')}</td>
            <td>${mail.from}</td>
            <td>${mail.to}</td>
            <td><a href="/mail/${mail.number}">${mail.subject || '(no subject)'}</a></td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** The whole demo page. */
export function demoView(facts: PageFacts): Html {
  const { personas, stage, mails, done, nonce, processes, phoneHint } = facts
  const body = html`<header>
      <h1>The demo of this phone company</h1>
      <p class="muted">
        An invented provider, two partners, forty customers and two hundred phones, with carriers and an emergency
        centre around them. Calls are real SIP and RTP on this machine; nothing leaves it.
      </p>
    </header>
    <main>
      ${done ? html`<p class="done" role="status">${done}</p>` : ''}
      <h2>Sign in as</h2>
      <div class="cards">
        ${personas.map(
          (persona) => html`<article class="card">
            <h3>${persona.title}</h3>
            <p>${persona.name} &middot; ${persona.sees}</p>
            <form method="post" action="/as/${persona.key}" target="_blank">
              <button class="main">Sign in</button>
            </form>
          </article>`,
        )}
      </div>
      <h2>The world now</h2>
      <div id="now">${nowView(stage)}</div>
      <h2>Change the world</h2>
      ${controls(stage, processes)}
      ${
        phoneHint
          ? html`<h2>A phone of your own</h2>
            <p>
              Register any softphone with server <code>${phoneHint.host}:${phoneHint.port}</code>, user
              <code>${phoneHint.user}</code>, password <code>${phoneHint.password}</code>, then dial
              <code>*43</code>, a colleague’s extension or <code>16475550100</code>. More accounts:
              <code>node dialhouse.mjs demo-info --json</code>.
            </p>`
          : ''
      }
      <h2>Mail that the house sent</h2>
      ${mailTable(mails)}
    </main>
    <footer></footer>`
  return frame('Demo', nonce, body)
}

/** One caught mail. */
export function mailView(mail: CaughtMail, nonce: string): Html {
  const body = html`<header>
      <p><a href="/">Back to the demo</a></p>
      <h1>${mail.subject || '(no subject)'}</h1>
      <p class="muted">From ${mail.from} to ${mail.to}, ${mail.at.slice(0, 19).replace('T', ' ')} UTC</p>
    </header>
    <main>
      <pre>${mail.text}</pre>
      ${mail.links.map((link) => html`<p><a href="${link}" rel="noreferrer">${link}</a></p>`)}
    </main>`
  return frame(mail.subject || 'Mail', nonce, body)
}
