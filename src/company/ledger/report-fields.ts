/** What every report over calls and money is asked with. */

import { z } from 'zod'
import { id } from '../../platform/http/index.ts'

/** A bound of a range: a day, a time of day in the login's zone, or an instant with its offset. */
export const bound = z
  .string()
  .max(40)
  .meta({ description: 'YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS] in the zone of the login, or an ISO 8601 instant' })

/** Half open: `from` belongs to the range, `to` does not. */
export const range = { from: bound, to: bound }

/** Only one customer's, for those who serve several. */
export const customerId = id.optional()
