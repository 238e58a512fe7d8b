/**
 * How values travel as JSON. A codec has a wire side (its input) and a side for handlers (its output); OpenAPI
 * and the browser see the wire side, handlers never see text where they mean money or time.
 */

import { z } from 'zod'
import { isoInstant } from '../../base/index.ts'

/** Money: a whole number of micro-units as decimal digits, `"716667"` is 0.716667; a bigint for handlers. */
export const micros = z
  .codec(z.string().regex(/^-?\d{1,19}$/, 'a whole number of micro-units'), z.bigint(), {
    decode: (text) => BigInt(text),
    encode: (amount) => amount.toString(),
  })
  .meta({ description: 'Millionths of a currency unit as decimal digits' })

/** A price: a whole number of nano-units per minute as decimal digits; a bigint for handlers. */
export const nanos = z
  .codec(z.string().regex(/^-?\d{1,19}$/, 'a whole number of nano-units'), z.bigint(), {
    decode: (text) => BigInt(text),
    encode: (price) => price.toString(),
  })
  .meta({ description: 'Billionths of a currency unit per minute as decimal digits' })

/** An instant: ISO 8601 with an offset on the wire, epoch milliseconds for handlers. */
export const instant = z
  .codec(z.iso.datetime({ offset: true, error: 'an instant such as 2026-10-01T04:00:00Z' }), z.number(), {
    decode: (text) => Temporal.Instant.from(text).epochMilliseconds,
    encode: (epochMs) => isoInstant(epochMs),
  })
  .meta({ description: 'ISO 8601 instant with offset' })

/** A calendar day `YYYY-MM-DD`, read in the zone that the operation names. */
export const day = z.iso.date('a day such as 2026-10-01')

/** A row's id. */
export const id = z.uuid('an id')

/** A whole number in a query, where everything is text. */
export function wholeNumber(limits: { min: number; max: number }) {
  return z.codec(z.string().regex(/^\d{1,9}$/, 'a whole number'), z.int().min(limits.min).max(limits.max), {
    decode: (text) => Number(text),
    encode: (value) => value.toString(),
  })
}

/** `true` or `false` in a query. */
export const flag = z.codec(z.enum(['true', 'false']), z.boolean(), {
  decode: (text) => text === 'true',
  encode: (value) => (value ? 'true' : 'false'),
})
