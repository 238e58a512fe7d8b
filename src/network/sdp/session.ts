/** A session description as data (RFC 8866): what is understood as fields, everything else kept as lines. */

export type SdpAddress = { readonly family: 'IP4' | 'IP6'; readonly address: string }

export type Attribute = { readonly name: string; readonly value: string | undefined }

export type Origin = {
  readonly username: string
  readonly sessionId: string
  /** Rises by one with every change of the session (RFC 3264 §8). */
  readonly version: bigint
  readonly address: SdpAddress
}

export type Media = {
  /** `audio`, `video`, `image` ... */
  readonly kind: string
  /** 0 refuses or ends the stream (RFC 3264 §6 and §8.2). */
  readonly port: number
  /** `RTP/AVP`, `RTP/SAVPF`, `udptl` ... */
  readonly protocol: string
  /** Payload types of RTP as texts. */
  readonly formats: readonly string[]
  readonly connection: SdpAddress | undefined
  /** i=, b= and k= lines. */
  readonly lines: readonly string[]
  readonly attributes: readonly Attribute[]
}

export type Session = {
  readonly origin: Origin
  readonly name: string
  readonly connection: SdpAddress | undefined
  /** i=, u=, e=, p=, b=, t=, r=, z= and k= lines, in order. */
  readonly lines: readonly string[]
  readonly attributes: readonly Attribute[]
  readonly media: readonly Media[]
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** The value of the first attribute of a name, '' for a flag, undefined when absent. */
export function attributeOf(attributes: readonly Attribute[], name: string): string | undefined {
  const found = attributes.find((attribute) => attribute.name === name)
  return found && (found.value ?? '')
}

/** The values of every attribute of a name. */
export function attributesOf(attributes: readonly Attribute[], name: string): string[] {
  return attributes.filter((attribute) => attribute.name === name).map((attribute) => attribute.value ?? '')
}
