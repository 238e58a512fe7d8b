/**
 * The article about response times, made of the rows of the policy: it cannot say anything else than what is promised.
 */

import { severities, type Policy, type Severity } from '../sla/policy.ts'
import type { Window } from '../sla/calendar.ts'
import type { FirstArticle } from './first-articles.ts'

const names: Readonly<Record<Severity, string>> = { critical: 'Critical', high: 'High', normal: 'Normal', low: 'Low' }
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const conditions: Readonly<Record<Severity, string>> = {
  critical: 'a system-wide outage: none of your customers can make or receive calls',
  high: 'a partial outage: one customer without calls, an area that fails, one-way audio, a portal out of reach',
  normal: 'a service that worked before: routing, voicemail, transfers, queues; and outages with a workaround',
  low: 'help with setup: menus, queues, devices, dial plans',
}

/** The article for an audience. */
export function policyArticle(audience: 'customer' | 'partner', { targets, calendar }: Policy): FirstArticle {
  const hours = (seconds: number): string => `${seconds / 3600} ${seconds === 3600 ? 'hour' : 'hours'}`
  return {
    slug: `support-policy-${audience}`,
    category: 'Support',
    department: 'Support Department',
    audience: audience === 'partner' ? 'partner' : 'public',
    title: audience === 'partner' ? 'Support policy for partners' : 'Support hours and response times',
    body: {
      introduction: `How quickly {brand} answers, by the severity of a problem.`,
      purpose: 'To know what is promised, and what is best effort.',
      scope: audience === 'partner' ? 'Partners of {brand}.' : 'Customers of {brand}.',
      prerequisites: [],
      sections: [
        {
          heading: 'Support hours',
          text: `${hoursText(calendar.hours)}, in the time zone ${calendar.zone}, except on public holidays.`,
        },
        ...severities.map((severity) => ({
          heading: names[severity],
          text:
            `${conditions[severity]}. Initial response within ${hours(targets[severity].responseSeconds)} (target). ` +
            (targets[severity].resolutionSeconds === undefined
              ? 'Resolution as quickly as possible (best effort).'
              : `Resolution within ${hours(targets[severity].resolutionSeconds)} (best effort).`),
        })),
      ],
      faqs: [],
    },
  }
}

function hoursText(hours: readonly (readonly Window[])[]): string {
  const clock = (minutes: number): string => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
  const lines = hours.map((windows) => windows.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(', '))
  const groups: { from: number; to: number; text: string }[] = []
  for (const [day, text] of lines.entries()) {
    const last = groups.at(-1)
    if (last?.text === text) last.to = day
    else groups.push({ from: day, to: day, text })
  }
  return groups
    .filter(({ text }) => text !== '')
    .map(({ from, to, text }) => `${weekdays[from]}${from === to ? '' : ` to ${weekdays[to]}`} ${text}`)
    .join('; ')
}
