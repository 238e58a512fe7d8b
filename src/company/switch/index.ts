/** The switch: routes calls, carries them, and leaves a record of each. */
export {
  callChanged,
  carrierChanged,
  carrierHealth,
  emergencyCalled,
  endLiveCall,
  flushTrace,
  liveBindings,
  liveCalls,
  registrationChanged,
  shieldReport,
  type CarrierHealth,
  type EmergencyCall,
  type LiveBinding,
  type LiveCall,
  type RegistrationChanged,
} from './topics.ts'
export {
  buildDirectory,
  emptyRows,
  type Carrier,
  type CarrierRoute,
  type Customer,
  type Device,
  type Directory,
  type DirectoryRows,
  type Extension,
  type PhoneNumber,
  type SipAccount,
} from './directory.ts'
export { keepDirectory, type DirectoryKeeper } from './directory-keeper.ts'
export { chooseRoute, type Caller, type Refusal, type Route } from './route.ts'
export type { ChargeUnavailable, Hangup } from './call.ts'
export type { IdentityPort } from './signed-identity.ts'
export type { ChargingPort } from './charging-port.ts'
export { openSpool, type Spool } from './spool.ts'
export type { OpenCall, SpoolLine } from './spool-state.ts'
export { startSettling, type SpoolSettler } from './settle-spool.ts'
export { createKnownSources, type KnownSource, type KnownSources } from './known-sources.ts'
export { createSwitch, type Switch } from './create-switch.ts'
export type { SwitchParts, SwitchTrace } from './switch-parts.ts'
export { createMediaPool, type MediaPool } from './media-pool.ts'
export { openJournal, type Journal } from './journal.ts'
export { recoverCalls } from './recover-calls.ts'
export { tellRegistrations } from './tell-registrations.ts'
export { keepRegistrations, type RegistrationKeeper } from './keep-registrations.ts'
export { sipRealm } from './realm.ts'
