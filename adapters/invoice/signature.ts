import { createHmac, timingSafeEqual } from 'node:crypto'

/** The name of the header that proves a message, as `t=<seconds>,v1=<hex>`. */
export const SIGNATURE = 'invoice-signature'

/** Clocks of two well-kept machines are closer. Seconds. */
const TOLERANCE = 300

const digestOf = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest()

type Message = { secret: string; method: string; path: string; body: string }

/** Of what is asked: its method and path as well as its body. */
export function signRequest({ secret, method, path, body }: Message, at: number): string {
  const seconds = Math.floor(at / 1000)
  const text = `${seconds}.${method} ${path}.${body}`
  return `t=${seconds},v1=${digestOf(secret, text).toString('hex')}`
}

/** Whether an answer is the provider's, to this very path, and fresh. */
export function provesAnswer(
  header: string | null,
  { secret, path, body }: Omit<Message, 'method'>,
  at: number,
): boolean {
  const [, seconds = '', hex = ''] = /^t=(\d{1,12}),v1=([\da-f]{64})$/.exec(header ?? '') ?? []
  if (seconds === '' || Math.abs(at / 1000 - Number(seconds)) > TOLERANCE) return false
  return timingSafeEqual(digestOf(secret, `${seconds}.${path}.${body}`), Buffer.from(hex, 'hex'))
}
