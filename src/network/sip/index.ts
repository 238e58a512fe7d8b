/** SIP: messages, transactions, dialogs, registration and digest, without sockets (RFC 3261 and its family). */
export { createEndpoint, type EndpointOptions } from './create-endpoint.ts'
export type {
  AnswerOptions,
  BodyOptions,
  Credentials,
  HangupOptions,
  IncomingInvite,
  InviteCommand,
  KeptLeg,
  LegEnd,
  LegId,
  NextHop,
  Reply,
  RequestCommand,
  RequestOutcome,
  SipEndpoint,
  SipEvents,
  SipLegs,
} from './endpoint.ts'
export type { DialogId } from './dialog.ts'
export type { SipFault, SipFaultCode } from './errors.ts'
export { header, type HeaderCode } from './message/header-names.ts'
export { SipMessage, type Cseq } from './message/message.ts'
export { ownText } from './message/characters.ts'
export { parseMessage } from './message/parse.ts'
export { checkMessage } from './message/check.ts'
export { mediaType } from './message/body.ts'
export type { BodyPart } from './message/multipart.ts'
export { reasonOf, type Headers } from './message/write.ts'
export { parseNameAddr, quotedDisplayName, splitList, writeNameAddr, type NameAddr } from './name-addr.ts'
export { isSosUrn, parseUri, uriParameter, writeSipUri, type Uri } from './uri.ts'
export { findParameter } from './parameters.ts'
export type { Via } from './via.ts'
export { defaultTimers, type SipTimers } from './transaction/machine.ts'
export type { DigestAlgorithm, Hashes } from './digest/hashes.ts'
export {
  createDigestServer,
  type DigestServer,
  type DigestServerOptions,
  type Distrust,
  type Verdict,
} from './digest/digest-server.ts'
export { createNotifier, type KeptSubscription, type Notifier } from './events/notifier.ts'
export { regPackage } from './events/reg-info.ts'
export { dialogPackage, type WatchedDialog } from './events/dialog-info.ts'
export { messagePackage, type MessageCounts } from './events/message-summary.ts'
export { createRegistrar, type Registrar, type RegistrarEvents, type RegistrarOptions } from './registrar/registrar.ts'
export type { Binding, StoredBinding } from './registrar/binding.ts'
export type { RegistrarLimits } from './registrar/apply-register.ts'
