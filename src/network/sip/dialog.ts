/** Dialogs (RFC 3261 §12): what two sides agreed on, and the requests that follow from it. */

import { splitList } from './name-addr.ts'
import { ownText } from './message/characters.ts'
import { header } from './message/header-names.ts'
import type { SipMessage } from './message/message.ts'
import { parseUri, uriParameter } from './uri.ts'

export type Dialog = {
  readonly callId: string
  readonly localTag: string
  /** '' when the peer is older than RFC 3261 and has none. */
  readonly remoteTag: string
  /** Name-addr byte texts without tag: our From and To in requests of this dialog. */
  readonly local: string
  readonly remote: string
  readonly localCseq: number
  /** Highest CSeq seen from the peer, 0 before the first. */
  readonly remoteCseq: number
  /** Route values, nearest hop first. */
  readonly routes: readonly string[]
  /** The peer's Contact URI. */
  readonly remoteTarget: string
}

/** A dialog as somebody else names it; which tag is ours depends on who speaks. */
export type DialogId = { readonly callId: string; readonly toTag: string; readonly fromTag: string }

/** What our own INVITE fixed before any answer came. */
export type DialogSeed = {
  readonly callId: string
  readonly localTag: string
  readonly local: string
  readonly remote: string
  readonly cseq: number
  readonly target: string
}

/** The dialog that an answer to our INVITE makes (RFC 3261 §12.1.2): Record-Route reversed, Contact as target. */
export function dialogOfResponse(seed: DialogSeed, response: SipMessage): Dialog {
  return {
    callId: seed.callId,
    localTag: seed.localTag,
    remoteTag: ownText(response.to?.tag ?? ''),
    local: seed.local,
    remote: seed.remote,
    localCseq: seed.cseq,
    remoteCseq: 0,
    routes: response.items(header.recordRoute).map(ownText).toReversed(),
    remoteTarget: ownText(response.contact?.uriText ?? seed.target),
  }
}

/** The dialog that a received INVITE makes (RFC 3261 §12.1.1): Record-Route as it stands. */
export function dialogOfRequest(request: SipMessage, localTag: string): Dialog {
  return {
    callId: ownText(request.callId),
    localTag,
    remoteTag: ownText(request.from?.tag ?? ''),
    local: ownText(request.raw(header.to) ?? ''),
    remote: ownText(withoutTag(request.raw(header.from) ?? '')),
    localCseq: 0,
    remoteCseq: request.cseq?.number ?? 0,
    routes: splitList(request.rawAll(header.recordRoute).join(',')).map(ownText),
    remoteTarget: ownText(request.contact?.uriText ?? request.from?.uriText ?? ''),
  }
}

/** A From or To value up to its tag; what follows a tag is dropped with it. */
function withoutTag(value: string): string {
  const close = value.lastIndexOf('>')
  const semicolon = value.indexOf(';', close < 0 ? 0 : close)
  return semicolon < 0 ? value : value.slice(0, semicolon).trimEnd()
}

/** The dialog after a request or answer that names a new target (RFC 3261 §12.2). */
export function withTarget(dialog: Dialog, message: SipMessage): Dialog {
  const target = message.contact?.uriText
  return target === undefined || target === dialog.remoteTarget ? dialog : { ...dialog, remoteTarget: ownText(target) }
}

/**
 * Request-URI and Route values of a request in a dialog (RFC 3261 §12.2.1.1). A first route without
 * `lr` is a strict router: it gets the Request-URI, and the target moves to the end of the list.
 */
export function routeRequest(dialog: Dialog): { readonly uri: string; readonly routes: readonly string[] } {
  const [first, ...rest] = dialog.routes
  if (first === undefined) return { uri: dialog.remoteTarget, routes: [] }
  const firstUri = uriIn(first)
  const parsed = parseUri(firstUri)
  if (!parsed || uriParameter(parsed, 'lr') !== undefined) return { uri: dialog.remoteTarget, routes: dialog.routes }
  return { uri: firstUri, routes: [...rest, `<${dialog.remoteTarget}>`] }
}

/** The URI that names the next hop: the first route, else the target. */
export function nextHopUri(dialog: Dialog): string {
  const first = dialog.routes[0]
  return first === undefined ? dialog.remoteTarget : uriIn(first)
}

function uriIn(route: string): string {
  const open = route.indexOf('<')
  const close = route.indexOf('>', open)
  return open < 0 || close < 0 ? route : route.slice(open + 1, close)
}
