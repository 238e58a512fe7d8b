/**
 * What the desk needs to begin: "name, company, contact number, email address, Phone Number or Account ID affected by
 * the problem, description of the problem experienced, and most importantly a call sample".
 */

/** In the order in which they are asked for. */
export const needs = ['name', 'company', 'contact_number', 'email', 'affected', 'description', 'call_sample'] as const
export type Need = (typeof needs)[number]

export type Intake = {
  readonly name: string
  readonly company: string
  readonly contactNumber: string
  readonly email: string
  readonly affected: string
  readonly description: string
  /** Whether a call sample helps at all: not with an invoice, or with setting something up. */
  readonly isAboutCalls: boolean
  /** What complete samples there are, and what is missing in the others. */
  readonly samples: readonly { readonly missing: readonly string[] }[]
}

const DESCRIPTION_MIN = 15

/** What is still missing. */
export function missingOf(intake: Intake): Need[] {
  const isThere: Readonly<Record<Need, boolean>> = {
    name: intake.name.trim() !== '',
    company: intake.company.trim() !== '',
    contact_number: intake.contactNumber.trim() !== '',
    email: intake.email.trim() !== '',
    affected: intake.affected.trim() !== '' || intake.samples.some(({ missing }) => !missing.includes('from')),
    description: intake.description.trim().length >= DESCRIPTION_MIN,
    call_sample: !intake.isAboutCalls || intake.samples.some(({ missing }) => missing.length === 0),
  }
  return needs.filter((need) => !isThere[need])
}

const wordsOf: Readonly<Record<Need, string>> = {
  name: 'Your name',
  company: 'Your company',
  contact_number: 'A number at which we reach you',
  email: 'Your email address',
  affected: 'The phone number or account ID affected by the problem',
  description: 'A description of the problem experienced',
  call_sample:
    'A call sample: the source/caller number, the destination/called number, and the date and time of the call',
}

const partsOf: Readonly<Record<string, string>> = {
  from: 'the source/caller number',
  to: 'the destination/called number',
  at: 'the date and time of the call',
}

/** The text that asks back. */
export function askFor(missing: readonly Need[], samples: Intake['samples']): string {
  const lines = missing.map((need) => `- ${wordsOf[need]}`)
  const parts = [...new Set(samples.flatMap((sample) => sample.missing))].map((part) => partsOf[part] ?? part)
  const incomplete = parts.length > 0 && missing.includes('call_sample')
  return [
    'Thank you. To speed up the resolution, please reply with:',
    ...lines,
    ...(incomplete ? [`Of your call sample we still need ${parts.join(', ')}.`] : []),
  ].join('\n')
}
