/** The ways in which the office's own operations fail. */

import { fail } from '../../base/index.ts'

export const signalAway = fail(
  'office.signal_away',
  'the switch does not answer at this moment; calls go on, try again',
)

/** It ended, never was, or is not the asker's to see. */
export const noSuchCall = fail('office.no_such_call', 'there is no call with this id in progress')

/** It is older than traces are kept, was never there, or is not the asker's to see. */
export const noTrace = fail('office.no_trace', 'no SIP messages of this call are kept, or it is not yours to see')

export const tooManyWatchers = fail('office.too_many_watchers', 'too many pages are watching; close some of them')

/** Never was, was deleted, or is somebody else's. */
export const noSuchView = fail('office.no_such_view', 'there is no view of yours with this id')

export const tooManyViews = fail(
  'office.too_many_views',
  'you keep as many views as there is room for; delete one first',
)
