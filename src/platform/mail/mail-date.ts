/** The date of a mail header (RFC 5322 §3.3). */

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** An instant as `Tue, 24 Nov 2026 08:05:09 +0000`. */
export function mailDate(epochMs: number): string {
  const at = Temporal.Instant.fromEpochMilliseconds(Math.trunc(epochMs)).toZonedDateTimeISO('UTC')
  const time = [at.hour, at.minute, at.second].map((part) => String(part).padStart(2, '0')).join(':')
  const date = `${String(at.day).padStart(2, '0')} ${months[at.month - 1]} ${at.year}`
  return `${days[at.dayOfWeek - 1]}, ${date} ${time} +0000`
}
