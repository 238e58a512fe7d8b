/** The ways in which the office's own operations fail. */

import { fail } from '../../base/index.ts'

export const signalAway = fail(
  'office.signal_away',
  'the switch does not answer at this moment; calls go on, try again',
)

/** It ended, never was, or is not the asker's to see. */
export const noSuchCall = fail('office.no_such_call', 'there is no call with this id in progress')

export const tooManyWatchers = fail('office.too_many_watchers', 'too many pages are watching; close some of them')
