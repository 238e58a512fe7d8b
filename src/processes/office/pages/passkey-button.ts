/** The button for a passkey: hidden until its script has found that the browser knows them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { html, raw } from 'hono/html'
import type { DoorContext } from '../../../platform/http/index.ts'

const script = readFileSync(join(import.meta.dirname, 'passkey-sign-in.js'), 'utf8')

/** The button, what is said when no passkey was accepted, and the page's only script. */
export function passkeyButton(c: DoorContext, next: string) {
  return html`<button type="button" class="plain" id="passkey" data-next="${next}" hidden>
      Sign in with a passkey
    </button>
    <p class="notice refusal" role="alert" id="passkey-note" hidden>
      No passkey of this portal was accepted. Use your password, or try again.
    </p>
    <script nonce="${c.get('nonce')}">
      ${raw(script)}
    </script>`
}
