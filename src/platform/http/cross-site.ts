/** Refuses requests that another site makes a browser send with our cookie (cross-site request forgery). */

import { hostName } from './hosts.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request may change something: the browser says that our own page sent it (Sec-Fetch-Site, else
 * Origin), or it carries no cookie that a browser could have been tricked into sending.
 * The sign-in form is covered too, so that nobody is signed in as somebody else.
 */
export function mayWrite(method: string, headers: Headers): boolean {
  if (safeMethods.has(method)) return true
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  const origin = headers.get('origin')
  if (origin !== null) return isOriginOf(origin, headers.get('host'))
  return !headers.has('cookie')
}

function isOriginOf(origin: string, host: string | null): boolean {
  if (!URL.canParse(origin)) return false
  const from = new URL(origin)
  return hostName(host) !== undefined && from.host.toLowerCase() === host?.toLowerCase()
}
