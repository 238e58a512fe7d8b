/** How long an emergency call may keep `signal` from stopping; the supervisor must wait longer than that. */

export const EMERGENCY_DRAIN_MS = 60_000
