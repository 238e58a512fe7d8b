/**
 * Subscriptions of phones: the lamps of busy lamp fields and the lamp of the mailbox. A phone sees extensions of its
 * own customer; whether another number exists, it does not learn.
 */

import type { Reply, SipMessage } from '../../../network/sip/index.ts'
import {
  createNotifier,
  dialogPackage,
  messagePackage,
  regPackage,
  writeSipUri,
  type Binding,
  type MessageCounts,
  type Notifier,
  type SipEndpoint,
} from '../../../network/sip/index.ts'
import type { Flow } from '../../../network/transport/index.ts'
import type { Clock, RandomBytes } from '../../../base/index.ts'
import type { Admission } from '../edge/admit.ts'
import type { Directory, Extension } from '../directory/directory.ts'
import type { SwitchParts } from '../switch-parts.ts'
import type { SubscriptionBook } from '../journal/subscriptions.ts'
import { createLines, type Lines } from './lines.ts'

type WatchParts = {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly host: string
  directory(): Directory
  messagesOf?(extensionId: string): MessageCounts
  readonly subscriptions?: SubscriptionBook
}

const noMessages: MessageCounts = { fresh: 0, old: 0 }

/** The lines of all extensions, and who watches them. */
export function openLines(
  parts: WatchParts,
  sip: () => Pick<SipEndpoint, 'send' | 'dialogOf'>,
  contactsOf: (sipUser: string) => readonly Binding[],
): { readonly lines: Lines; readonly watch: Notifier } {
  const { clock, random, host, directory } = parts
  const uriOf = (resource: string): string => writeSipUri({ user: directory().extension(resource)?.number ?? '', host })
  const lines = createLines({
    host,
    dialogOf: (legId) => sip().dialogOf(legId),
    onChange: (extensionId) => watch.changed('dialog', extensionId),
  })
  const watch: Notifier = createNotifier({
    clock,
    random,
    send: (command, onDone) => sip().send(command, onDone),
    onKept: (key, kept) => parts.subscriptions?.keep(key, kept),
    onOver: (key) => parts.subscriptions?.drop(key),
    packages: {
      dialog: dialogPackage({ entityOf: uriOf, dialogsOf: (resource) => lines.dialogsOf(resource) }),
      'message-summary': messagePackage({
        accountOf: uriOf,
        countsOf: (resource) => parts.messagesOf?.(resource) ?? noMessages,
      }),
      reg: regPackage({ entityOf: (user) => writeSipUri({ user, host }), contactsOf, now: () => clock.now() }),
    },
  })
  return { lines, watch }
}

/** Answers a SUBSCRIBE. */
export function answerSubscribe(
  parts: { readonly admission: Admission; readonly directory: Directory; readonly watch: Notifier },
  request: SipMessage,
  flow: Flow,
): Reply {
  const proof = parts.admission.prove(request, flow)
  if (!proof.ok) return proof.reply
  const { directory, watch } = parts
  const { tenantId, sipUser } = proof.account
  if (directory.customer(tenantId)?.status === 'terminated') return { status: 403 }
  const named = request.to?.uri.user ?? ''
  // Where a telephone is, is told to itself only (RFC 3680 §4.7).
  if (/^\s*reg\b/i.test(request.header('Event') ?? '')) {
    return named === sipUser ? watch.subscribe(request, flow, { resource: sipUser, owner: sipUser }) : { status: 403 }
  }
  const watched = extensionNamed(directory, tenantId, named)
  if (!watched) return { status: 404 }
  return watch.subscribe(request, flow, { resource: watched.id, owner: sipUser })
}

/** Whether a subscription of before is one that would be taken now. */
function mayWatch(directory: Directory, owner: string, resource: string): boolean {
  const account = directory.account(owner)
  if (!account || directory.customer(account.tenantId)?.status === 'terminated') return false
  return resource === owner || directory.extension(resource)?.tenantId === account.tenantId
}

/** Goes on with what a former process was watched for. */
export function restoreWatches(
  parts: Pick<SwitchParts, 'subscriptions' | 'transport' | 'directory'>,
  watch: Notifier,
): void {
  const { subscriptions, transport, directory } = parts
  watch.restore(subscriptions?.left ?? [], transport.flowTo, ({ owner, resource }) =>
    mayWatch(directory(), owner, resource),
  )
}

/** By its number, or by the SIP user of a phone on it. */
function extensionNamed(directory: Directory, tenantId: string, name: string): Extension | undefined {
  const device = directory.device(name)
  const owned = device?.tenantId === tenantId ? directory.extension(device.extensionId) : undefined
  return directory.extensionByNumber(tenantId, name) ?? owned
}
