/**
 * What the simulated card processor gives to browsers: a script with the few calls that our payment page uses of the
 * real one, the page of its card fields, and the page on which a cardholder confirms. The card's number is typed
 * into a frame of this origin and never reaches the page around it.
 */

/** Defines `Stripe(publishableKey)` on the page that loads it. */
export function browserScript(origin: string): string {
  return `(() => {
  const origin = ${JSON.stringify(origin)}
  const frameOf = (path, title, height) => {
    const frame = document.createElement('iframe')
    frame.src = origin + path
    frame.title = title
    frame.width = '100%'
    frame.height = height
    frame.setAttribute('frameborder', '0')
    return frame
  }
  const ask = (frame, message) => new Promise((resolve) => {
    const channel = new MessageChannel()
    channel.port1.onmessage = (event) => resolve(event.data)
    frame.contentWindow.postMessage(message, origin, [channel.port2])
  })
  window.Stripe = (key) => ({
    elements: () => ({
      create: () => {
        const frame = frameOf('/fields', 'Secure card fields', '190')
        return { frame, mount: (where) => document.querySelector(where).append(frame) }
      },
    }),
    createPaymentMethod: ({ card, billing_details: details }) => ask(card.frame, { key, name: details?.name ?? '' }),
    handleNextAction: ({ clientSecret }) => new Promise((resolve) => {
      const frame = frameOf('/confirm/' + clientSecret, 'Confirm with your bank', '240')
      document.querySelector('#confirmation')?.append(frame)
      addEventListener('message', function heard(event) {
        if (event.origin !== origin || event.data?.confirmed === undefined) return
        removeEventListener('message', heard)
        frame.remove()
        resolve(event.data.confirmed ? {} : { error: { message: 'You did not confirm the payment.' } })
      })
    }),
  })
})()
`
}

const style = `body { font: 16px system-ui, sans-serif; margin: 0; padding: 4px; color: #1a1d21; background: #fff }
label { display: block; margin: 0 0 8px } span { display: block; font-size: 14px; margin-bottom: 4px }
input { font: inherit; width: 100%; box-sizing: border-box; min-height: 40px; padding: 6px 10px;
  border: 1px solid #767b82; border-radius: 6px } div { display: flex; gap: 12px } div label { flex: 1 }
button { font: inherit; min-height: 40px; padding: 6px 16px; margin: 8px 8px 0 0 }`

/** The card fields. */
export const fieldsPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Card fields</title>
<style>${style}</style></head><body><form>
<label><span>Card number</span><input name="number" inputmode="numeric" autocomplete="cc-number" required></label>
<div><label><span>Expiry (MM / YY)</span><input name="expiry" autocomplete="cc-exp" placeholder="12 / 34"
  required></label>
<label><span>Security code</span><input name="cvc" inputmode="numeric" autocomplete="cc-csc" required></label>
</div>
</form><script>
addEventListener('message', async ({ data, ports: [port] }) => {
  if (!port || typeof data?.key !== 'string') return
  const form = new FormData(document.querySelector('form'))
  const [month, year] = String(form.get('expiry')).split('/').map((part) => part.trim())
  const body = new URLSearchParams({ type: 'card', 'card[number]': form.get('number'), 'card[exp_month]': month ?? '',
    'card[exp_year]': year ?? '', 'card[cvc]': form.get('cvc'), 'billing_details[name]': data.name })
  const answer = await fetch('/v1/payment_methods',
    { method: 'POST', headers: { authorization: 'Bearer ' + data.key }, body })
  const json = await answer.json()
  port.postMessage(answer.ok ? { paymentMethod: { id: json.id } } : { error: { message: json.error.message } })
})
</script></body></html>`

/** Where the cardholder says that it is he who pays. */
export const confirmPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your bank</title>
<style>${style}</style></head><body><p>Your bank asks: is it you who pays?</p>
<button value="yes">Yes, confirm</button><button value="no">No</button><script>
for (const button of document.querySelectorAll('button')) button.onclick = async () => {
  const confirmed = button.value === 'yes'
  await fetch(location.pathname, { method: 'POST', body: button.value })
  parent.postMessage({ confirmed }, '*')
}
</script></body></html>`
