/** Shapes that several operations of the catalog share: rows of a deck, times of day, plans. */

import { z } from 'zod'
import { instant, micros } from '../../platform/http/index.ts'
import { isZone } from '../../base/index.ts'

export const direction = z.enum(['outbound', 'inbound'])
export const rateClass = z.enum(['domestic', 'international', 'premium', 'tollfree'])
/** A decimal text such as `0.0125`: money and prices never travel as floating point numbers. */
const decimal = z.string().regex(/^\d{1,7}(\.\d{1,9})?$/, 'a decimal such as 0.0125')
const seconds = z.int().min(1).max(86_400)
const name = z.string().min(1).max(100)

export const interval = z.enum(['after_first', 'total'])
export const rounding = z.object({
  mode: z.enum(['half-up', 'half-even', 'up', 'down']),
  digits: z.int().min(2).max(6),
})
const zone = z.string().max(64).refine(isZone, 'an IANA zone such as America/Toronto')
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time such as 18:00')

/** Zone, times of day and rounding of a deck. */
export const tariff = z.object({
  zone: zone.default('UTC'),
  /** Named parts of the week, half-open; `to` at or before `from` is on the next day. */
  periods: z
    .array(
      z.object({
        name: z.string().min(1).max(40),
        windows: z
          .array(
            z.object({
              /** 1 for Monday to 7 for Sunday. */
              weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).default([1, 2, 3, 4, 5, 6, 7]),
              from: timeOfDay,
              to: timeOfDay,
            }),
          )
          .min(1)
          .max(50),
      }),
    )
    .max(20)
    .default([]),
  /** A call in progress changes its price where a time of day begins; where a row comes into force. */
  repriceAtPeriod: z.boolean().default(true),
  repriceAtEffective: z.boolean().default(false),
  rounding: rounding.default({ mode: 'half-up', digits: 6 }),
})

export const rateRow = z.object({
  prefix: z.string().regex(/^[1-9]\d{0,14}$/, '1 to 15 digits'),
  destination: z.string().min(1).max(120),
  class: rateClass,
  direction: direction.default('outbound'),
  connect: decimal.default('0'),
  firstSeconds: seconds,
  firstPrice: decimal,
  nextSeconds: seconds,
  nextPrice: decimal,
  graceSeconds: z.int().min(0).max(86_400).default(0),
  minimum: decimal.default('0'),
  blocked: z.boolean().default(false),
  /** Seconds at the beginning that are not counted, and whether the connect fee is due when they cover the call. */
  freeSeconds: z.int().min(0).max(86_400).default(0),
  connectWhenFree: z.boolean().default(false),
  /** Percent on top, at most four decimals. */
  surcharge: z
    .string()
    .regex(/^\d{1,4}(\.\d{1,4})?$/, 'a percentage such as 2.5')
    .default('0'),
  interval: interval.optional(),
  /** Name of a time of day of the deck. */
  period: z.string().max(40).optional(),
  effectiveFrom: instant.optional(),
  effectiveTo: instant.optional(),
})

const renewal = z.enum(['daily', 'weekly', 'monthly', 'billing_period'])
const unit = z.enum(['seconds', 'money'])
/** Seconds as a whole number, or money as a decimal. */
const volume = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'whole seconds such as 6000, or an amount such as 10.00')

/** Calls that a quota or a discount is for; by default all outbound calls with one of the classes or prefixes. */
const destinations = {
  direction: direction.default('outbound'),
  classes: z.array(rateClass).max(4).default([]),
  prefixes: z
    .array(z.string().regex(/^[1-9]\d{0,14}$/, '1 to 15 digits'))
    .max(1000)
    .default([]),
}

const quotaTerms = {
  name,
  unit: unit.default('seconds'),
  amount: volume,
  /** The plan's own rounding. */
  firstSeconds: seconds.default(60),
  nextSeconds: seconds.default(60),
  renewal: renewal.default('monthly'),
  rollover: z.int().min(0).max(3).default(0),
  prorateFirst: z.boolean().default(false),
  atExhaustion: z.enum(['bill', 'block']).default('bill'),
  priority: z.int().min(0).max(1000).default(100),
  waivesConnect: z.boolean().default(true),
}

const discountTerms = {
  name,
  unit: unit.default('seconds'),
  renewal: renewal.default('monthly'),
  priority: z.int().min(0).max(1000).default(100),
  /** By rising `from`: from that volume on, so many percent less; marginal. */
  tiers: z
    .array(z.object({ from: volume, percent: z.string().regex(/^(100|\d{1,2}(\.\d{1,4})?)$/, 'a percentage to 100') }))
    .min(1)
    .max(20),
}

/** Quotas and discounts of a plan in the question. */
export const inlineQuota = z.object({ ...quotaTerms, ...destinations, id: z.string().min(1).max(60) })
export const inlineDiscount = z.object({ ...discountTerms, ...destinations, id: z.string().min(1).max(60) })

export const component = z.object({
  kind: z.enum(['free', 'quota', 'connect', 'usage', 'surcharge', 'minimum', 'money_quota']),
  fromSecond: z.int(),
  seconds: z.int(),
  amountMicros: micros,
  /** Per minute, before the discount. */
  price: z.string().nullable(),
  discountPercent: z.string().nullable(),
  prefix: z.string().nullable(),
  period: z.string().nullable(),
  itemId: z.string().nullable(),
  /** Seconds, or micros, taken of the quota. */
  units: z.string().nullable(),
})

export const counterState = z.object({
  itemId: z.string().max(60),
  /** Beginning of the period; the one around the first call's answer without it. */
  periodFrom: instant.optional(),
  used: volume.default('0'),
  reserved: volume.default('0'),
})
