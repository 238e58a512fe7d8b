/** What was found out about a call: a cause with its evidence, and what could not be told. */

import type { Severity } from '../sla/policy.ts'
import type { Evidence } from './evidence.ts'

export type Cause = {
  /** Stable word such as `one_way_audio_caller`. */
  readonly code: string
  /** In a sentence, for whoever complained. */
  readonly sentence: string
  /** What it was seen by. */
  readonly evidence: readonly string[]
  /** Where it lies, as far as the call shows it. */
  readonly where: 'caller' | 'callee' | 'carrier' | 'us' | 'account' | 'nobody'
  /** By the conditions of the policy; undefined where it speaks for none. */
  readonly severity: Severity | undefined
}

export type Finding = {
  /** The likeliest first; empty for a call that shows nothing wrong. */
  readonly causes: readonly Cause[]
  /** What could not be looked at, and so is not excluded. */
  readonly unknown: readonly string[]
  /** Numbers beside the call: quality, ladder, charge. */
  readonly facts: readonly string[]
}

/** Looks for one cause; undefined when the evidence does not show it. */
export type Rule = (evidence: Evidence) => Cause | readonly Cause[] | undefined
