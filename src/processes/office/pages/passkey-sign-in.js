/* The one script of the sign-in page: signs in with a passkey, W3C Web Authentication Level 3 §1.3.2. */
{
  const button = document.getElementById('passkey')
  const note = document.getElementById('passkey-note')
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
  const bytes = (code) =>
    Uint8Array.from(atob(code.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
  const post = (path, body) =>
    fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const enter = async () => {
    const { challenge, rpId } = await (await post('/api/v1/passkeys/challenge')).json()
    const { rawId, response } = await navigator.credentials.get({
      publicKey: { challenge: bytes(challenge), rpId, userVerification: 'required' },
    })
    const answer = await post('/api/v1/session/passkey', {
      credentialId: text(rawId),
      clientDataJson: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
    })
    if (!answer.ok) throw new Error('refused')
    location.assign(button.dataset.next)
  }
  if ('PublicKeyCredential' in globalThis) {
    button.hidden = false
    button.addEventListener('click', () => {
      note.hidden = true
      enter().catch(() => {
        note.hidden = false
      })
    })
  }
}
