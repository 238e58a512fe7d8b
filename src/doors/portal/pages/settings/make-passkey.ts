/** Has the browser make a passkey and hands it to the API: W3C Web Authentication Level 3 §1.3.1. */

import { fail, type Result } from '../../../../base/index.ts'
import { api } from '../../data/api.ts'
import { settingsTexts } from './settings-texts.ts'

const text = (bytes: ArrayBuffer): string =>
  btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCodePoint(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const bytes = (code: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(code.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.codePointAt(0) ?? 0)

const ID_BYTES = 16

async function create(challenge: string, rp: PublicKeyCredentialRpEntity, label: string) {
  const id = crypto.getRandomValues(new Uint8Array(ID_BYTES))
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(challenge),
      rp,
      user: { id, name: label, displayName: label },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    },
  })
  return made instanceof PublicKeyCredential ? made : undefined
}

/** Makes a passkey of this portal for who is signed in. */
export async function makePasskey(label: string): Promise<Result<unknown>> {
  const begun = await api.post('/api/v1/passkeys/challenge', {})
  if (!begun.ok) return begun
  const { challenge, rpId, rpName } = begun.value
  const failed = fail('portal.no_passkey', settingsTexts.security.passkeyFailed.replace(/\.$/, ''))
  const made = await create(challenge, { id: rpId, name: rpName }, label).catch(() => undefined)
  if (!made || !(made.response instanceof AuthenticatorAttestationResponse)) return failed
  const publicKey = made.response.getPublicKey()
  if (!publicKey) return failed
  return api.post('/api/v1/me/passkeys', {
    body: {
      credentialId: text(made.rawId),
      clientDataJson: text(made.response.clientDataJSON),
      authenticatorData: text(made.response.getAuthenticatorData()),
      publicKey: text(publicKey),
      algorithm: made.response.getPublicKeyAlgorithm(),
      label,
    },
  })
}
