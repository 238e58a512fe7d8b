/** The switch: routes calls, carries them, and leaves a record of each. */
export {
  askMailbox,
  mailboxChanged,
  mailboxCounts,
  messageLeft,
  type MailboxCount,
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
} from './directory/directory.ts'
export { keepDirectory, type DirectoryKeeper } from './directory/directory-keeper.ts'
export { chooseRoute, type Caller, type Refusal, type Route } from './routing/route.ts'
export type { ChargeUnavailable, Hangup } from './calls/call.ts'
export type { ServicesPort } from './calls/execution.ts'
export type { Question, Reply } from './services/service.ts'
export type { IdentityPort } from './trunks/signed-identity.ts'
export type { ChargingPort } from './records/charging-port.ts'
export { openSpool, type Spool } from './records/spool.ts'
export type { OpenCall, SpoolLine } from './records/spool-state.ts'
export { startSettling, type SpoolSettler } from './records/settle-spool.ts'
export { createKnownSources, type KnownSource, type KnownSources } from './edge/known-sources.ts'
export { createSwitch, type Switch } from './create-switch.ts'
export type { SwitchParts, SwitchTrace } from './switch-parts.ts'
export { createMediaPool, type MediaPool } from './calls/media-pool.ts'
export { openSubscriptions, type SubscriptionBook } from './journal/subscriptions.ts'
export { openJournal, type Journal } from './journal/journal.ts'
export { recoverCalls } from './journal/recover-calls.ts'
export { tellRegistrations } from './registrations/tell-registrations.ts'
export { keepRegistrations, type RegistrationKeeper } from './registrations/keep-registrations.ts'
export { sipRealm } from './registrations/realm.ts'
