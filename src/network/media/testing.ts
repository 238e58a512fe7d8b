/** For tests only: phones with real sockets, and the suite that every media backend must pass. */

import { describe } from 'node:test'
import { exchangeConformance } from './conformance-exchange.ts'
import { hearConformance } from './conformance-hear.ts'
import { playConformance } from './conformance-play.ts'
import { relayConformance } from './conformance-relay.ts'
import { securityConformance } from './conformance-security.ts'
import type { MakeBackend } from './test-bench.ts'

export { connect, freeRange, onBench, valueOf, type Bench, type MakeBackend } from './test-bench.ts'
export { audioOf, pause, TestPhone, until, type SdpOptions } from './test-phone.ts'

/** Registers every test of the contract behind `MediaBackend` for one backend. */
export function mediaConformance(name: string, make: MakeBackend): void {
  describe(`media backend ${name}`, () => {
    describe('relay', () => relayConformance(make))
    describe('offer and answer', () => exchangeConformance(make))
    describe('strangers and garbage', () => securityConformance(make))
    describe('announcements', () => playConformance(make))
    describe('keys, recordings and rooms', () => hearConformance(make))
  })
}
