/** Checks a machine's table as data; every machine's test calls it. */

import type { Machine } from './machine.ts'

function duplicates(values: readonly string[]): string[] {
  return values.filter((value, at) => values.indexOf(value) !== at)
}

/** States that can be reached from the initial ones. */
function reachable(machine: Machine): Set<string> {
  const reached = new Set<string>(machine.initial)
  // A set can grow while it is walked: every state that is added gets its turn.
  for (const state of reached) {
    for (const move of machine.moves) if (move.from.includes(state)) reached.add(move.to)
  }
  return reached
}

/**
 * What is wrong with a machine, in sentences; empty when all is well: states exist and are reached, each
 * can be left unless it is declared final, no two moves join the same states, each has somebody to make it.
 */
export function faultsOfMachine(machine: Machine): string[] {
  const faults: string[] = []
  const known = new Set(machine.states)
  const reached = reachable(machine)
  const exits = new Set(machine.moves.flatMap((move) => move.from))
  if (machine.initial.length === 0) faults.push('nothing can be created: there is no initial state')
  for (const state of duplicates(machine.states)) faults.push(`state ${state} is listed twice`)
  for (const state of new Set([
    ...machine.initial,
    ...machine.final,
    ...machine.moves.flatMap((move) => [...move.from, move.to]),
  ])) {
    if (!known.has(state)) faults.push(`state ${state} is not listed`)
  }
  for (const state of machine.states) {
    if (!reached.has(state)) faults.push(`state ${state} is never reached`)
    if (!exits.has(state) && !machine.final.includes(state)) faults.push(`state ${state} is a dead end, and not final`)
    if (exits.has(state) && machine.final.includes(state)) faults.push(`state ${state} is final, and can be left`)
  }
  for (const pair of duplicates(machine.moves.flatMap((move) => move.from.map((from) => `${from} -> ${move.to}`)))) {
    faults.push(`${pair} is listed twice`)
  }
  for (const move of machine.moves) {
    if (move.by.length === 0) faults.push(`nobody may move to ${move.to} from ${move.from.join(', ')}`)
    if (move.from.length === 0) faults.push(`a move to ${move.to} comes from nowhere`)
  }
  return faults
}
