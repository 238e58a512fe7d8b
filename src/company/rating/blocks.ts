/** Blocks of a rate row: how conversation is cut into what is billed whole. */

import type { RateRow } from './rate-row.ts'

/** What of a row says where blocks end; quotas of a plan have blocks too. */
export type Blocks = Pick<RateRow, 'firstSeconds' | 'nextSeconds' | 'interval'>

/** The end of the block that begins at `position` (seconds from the first counted one); the first begins at 0. */
function blockEnd(row: Blocks, position: number): number {
  if (position === 0) return row.firstSeconds
  if (row.interval !== 'total') return position + row.nextSeconds
  return (Math.floor(position / row.nextSeconds) + 1) * row.nextSeconds
}

/**
 * Where the blocks end that are begun at `position` and go on up to `seconds`: the least end of a block that is not
 * before `seconds`.
 */
export function blocksEnd(row: Blocks, position: number, seconds: number): number {
  let end = blockEnd(row, position)
  if (end >= seconds) return end
  if (row.interval === 'total') return Math.ceil(seconds / row.nextSeconds) * row.nextSeconds
  end += Math.ceil((seconds - end) / row.nextSeconds) * row.nextSeconds
  return end
}
