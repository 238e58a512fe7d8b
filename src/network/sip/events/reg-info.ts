/** Where an address of record is registered, as `application/reginfo+xml` (RFC 3680): for the telephones on it. */

import type { Binding } from '../registrar/binding.ts'
import type { EventPackage } from './notifier.ts'
import { escaped } from './escaped.ts'

export type RegistrationSource = {
  /** The URI of the address of record. */
  entityOf(resource: string): string
  contactsOf(resource: string): readonly Binding[]
  now(): number
}

/** The package `reg`; every document tells everything, and its version rises by one. */
export function regPackage({ entityOf, contactsOf, now }: RegistrationSource): EventPackage {
  return {
    contentType: 'application/reginfo+xml',
    tell(resource, memory) {
      const version = typeof memory === 'number' ? memory + 1 : 0
      const contacts = contactsOf(resource)
      const entity = escaped(entityOf(resource))
      const body = `<?xml version="1.0" encoding="UTF-8"?>
<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" version="${version}" state="full">
<registration aor="${entity}" id="${escaped(resource)}" state="${contacts.length > 0 ? 'active' : 'terminated'}">
${contacts.map((one, at) => contactOf(one, at, now())).join('')}</registration>
</reginfo>
`
      return { body, memory: version }
    },
    resumed: (version) => version,
  }
}

function contactOf({ contact, expiresAt, preference, userAgent }: Binding, at: number, now: number): string {
  const seconds = Math.max(0, Math.round((expiresAt - now) / 1000))
  const q = preference === 1000 ? '' : ` q="${(preference / 1000).toFixed(3)}"`
  const program = userAgent === '' ? '' : `<unknown-param name="user-agent">${escaped(userAgent)}</unknown-param>\n`
  return `<contact id="c${at}" state="active" event="registered" expires="${seconds}"${q}>
<uri>${escaped(contact)}</uri>
${program}</contact>
`
}
