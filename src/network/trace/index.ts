/** Every SIP message for a while: found by call, drawn as a ladder, given away as a capture. */
export { openTrace, type Trace, type TraceLimits } from './open-trace.ts'
export { findCallTrace, type CallTrace, type LegMessage, type TracedLeg } from './find-messages.ts'
export { drawLadder, type Ladder, type LadderArrow } from './ladder.ts'
export { writeLadder } from './write-ladder.ts'
export { writePcap } from './pcap.ts'
export { openHepSender, type HepSender } from './hep.ts'
