import { createHash, createHmac } from 'node:crypto'

export type Source = 'payment' | 'carrier'
/** What goes over the wire. */
export type Signed = { headers: Record<string, string>; body: string }
type Signer = (event: { id: string; body: string }, secret: string) => Signed

const JSON_BODY = { 'content-type': 'application/json' }

const nowSeconds = () => Math.floor(Date.now() / 1000)

/**
 * The schemes, written out here on purpose: were they taken from the libraries that the adapters verify with, a
 * fault of a library would go unseen.
 */
export const signers: Record<Source | 'kuaidi100', Signer> = {
  payment({ body }, secret) {
    const time = nowSeconds()
    const digest = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
    return { headers: { ...JSON_BODY, 'stripe-signature': `t=${time},v1=${digest}` }, body }
  },
  carrier({ id, body }, secret) {
    const time = nowSeconds()
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const digest = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
    const headers = {
      ...JSON_BODY,
      'webhook-id': id,
      'webhook-timestamp': String(time),
      'webhook-signature': `v1,${digest}`,
    }
    return { headers, body }
  },
  kuaidi100({ body }, secret) {
    const sign = createHash('md5')
      .update(body + secret)
      .digest('hex')
    const form = new URLSearchParams({ sign: sign.toUpperCase(), param: body })
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    }
  },
}
