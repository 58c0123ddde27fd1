/**
 * The script of the pages for passkeys, served from the own origin. It asks the server for options, the browser for the
 * passkey, and the server for its judgement. The form carries the addresses as data attributes.
 */
export const SCRIPT = `'use strict'
const form = document.querySelector('form[data-passkey]')
const notice = document.getElementById('passkey-notice')
const say = (text) => { notice.textContent = text; notice.hidden = false }
const post = (url, value) => fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify(value),
})
if (form && !globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) say(form.dataset.unsupported)
form?.addEventListener('submit', async (event) => {
  event.preventDefault()
  try {
    const asked = await post(form.dataset.options, {})
    if (!asked.ok) throw new Error('options')
    const options = await asked.json()
    const credential = form.dataset.passkey === 'register'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
    const fields = Object.fromEntries(new FormData(form))
    const judged = await post(form.dataset.verify, { ...fields, response: credential.toJSON() })
    if (!judged.ok) throw new Error('refused')
    location.assign((await judged.json()).location)
  } catch {
    say(form.dataset.failed)
  }
})
`
