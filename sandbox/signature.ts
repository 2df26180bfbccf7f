import { createHmac } from 'node:crypto'

export type Source = 'payment' | 'carrier'
type Signer = (event: { id: string; body: string }, secret: string) => Record<string, string>

const nowSeconds = () => Math.floor(Date.now() / 1000)

/**
 * The two schemes, written out here on purpose: were they taken from the libraries that the adapters verify with, a
 * fault of a library would go unseen.
 */
export const signers: Record<Source, Signer> = {
  payment({ body }, secret) {
    const time = nowSeconds()
    const digest = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
    return { 'stripe-signature': `t=${time},v1=${digest}` }
  },
  carrier({ id, body }, secret) {
    const time = nowSeconds()
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const digest = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')
    return {
      'webhook-id': id,
      'webhook-timestamp': String(time),
      'webhook-signature': `v1,${digest}`,
    }
  },
}
