/**
 * Sales taxes of Canada's provinces and territories, with the days from which they hold. Data, not code: a new rate is
 * a new row. Providers look at them before each release.
 */

export type TaxRate = {
  readonly tax: string
  readonly region: string
  /** Millionths; 0 from the day on which a tax ended. */
  readonly ratePpm: number
  readonly validFrom: string
  /** What it is due on; every code but `none` when it is left out. */
  readonly codes?: readonly string[]
}

const federal = (region: string): TaxRate[] => [
  { tax: 'GST', region, ratePpm: 60_000, validFrom: '2006-07-01' },
  { tax: 'GST', region, ratePpm: 50_000, validFrom: '2008-01-01' },
]
const telecomAndGoods = ['telecom', 'goods']

export const canadianRates: readonly TaxRate[] = [
  { tax: 'HST', region: 'ON', ratePpm: 130_000, validFrom: '2010-07-01' },
  { tax: 'HST', region: 'NS', ratePpm: 150_000, validFrom: '2010-07-01' },
  { tax: 'HST', region: 'NS', ratePpm: 140_000, validFrom: '2025-04-01' },
  { tax: 'HST', region: 'NB', ratePpm: 130_000, validFrom: '2008-01-01' },
  { tax: 'HST', region: 'NB', ratePpm: 150_000, validFrom: '2016-07-01' },
  { tax: 'HST', region: 'NL', ratePpm: 130_000, validFrom: '2008-01-01' },
  { tax: 'HST', region: 'NL', ratePpm: 150_000, validFrom: '2016-07-01' },
  { tax: 'HST', region: 'PE', ratePpm: 140_000, validFrom: '2013-04-01' },
  { tax: 'HST', region: 'PE', ratePpm: 150_000, validFrom: '2016-10-01' },
  ...federal('QC'),
  // Both are due on the net amount.
  { tax: 'QST', region: 'QC', ratePpm: 99_750, validFrom: '2013-01-01' },
  ...federal('BC'),
  { tax: 'PST', region: 'BC', ratePpm: 70_000, validFrom: '2013-04-01', codes: telecomAndGoods },
  ...federal('MB'),
  { tax: 'RST', region: 'MB', ratePpm: 80_000, validFrom: '2013-07-01', codes: telecomAndGoods },
  { tax: 'RST', region: 'MB', ratePpm: 70_000, validFrom: '2019-07-01', codes: telecomAndGoods },
  ...federal('SK'),
  { tax: 'PST', region: 'SK', ratePpm: 50_000, validFrom: '2006-10-28', codes: telecomAndGoods },
  { tax: 'PST', region: 'SK', ratePpm: 60_000, validFrom: '2017-03-23', codes: [...telecomAndGoods, 'service'] },
  ...federal('AB'),
  ...federal('NT'),
  ...federal('NU'),
  ...federal('YT'),
]
