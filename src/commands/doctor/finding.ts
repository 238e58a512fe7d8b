/** What one check of `doctor` found. */

export type Finding = {
  /** `warning` works and should not stay so; `fault` does not work or is unsafe. */
  readonly state: 'ok' | 'warning' | 'fault'
  readonly name: string
  readonly says: string
  /** What to do; absent when all is well. */
  readonly fix?: string
}

/** All is well. */
export function good(name: string, says: string): Finding {
  return { state: 'ok', name, says }
}

/** It works, and should not stay so. */
export function warning(name: string, says: string, fix: string): Finding {
  return { state: 'warning', name, says, fix }
}

/** It does not work, or is unsafe. */
export function fault(name: string, says: string, fix: string): Finding {
  return { state: 'fault', name, says, fix }
}
