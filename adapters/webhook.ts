import { WebhookRejected } from '../domain/errors.ts'

/** Age, or lead of the sender's clock, up to which a signed report is believed: the schemes' own 5 minutes. */
const TOLERANCE_SECONDS = 300

/** Refuse a report signed too long ago or in the future; a replayed one is stale before it is anything else. */
export function requireFresh(signedAtSeconds: number): void {
  if (!Number.isFinite(signedAtSeconds)) throw new WebhookRejected('SIGNATURE_INVALID')
  const age = Math.abs(Math.floor(Date.now() / 1000) - signedAtSeconds)
  if (age > TOLERANCE_SECONDS) throw new WebhookRejected('TIMESTAMP_STALE')
}

/**
 * What the first key of the ring that fits makes of the body: while a secret rotates, the old and the new one sign.
 * A key that does not fit throws `Mismatch`; whatever else is thrown is about the body, which is proven by then.
 */
export function verifyByRing<K, T>(
  ring: readonly K[],
  verify: (key: K) => T,
  Mismatch: new (...args: never[]) => Error,
): T {
  for (const key of ring) {
    try {
      return verify(key)
    } catch (error) {
      if (!(error instanceof Mismatch)) throw new WebhookRejected('BODY_INVALID')
    }
  }
  throw new WebhookRejected('SIGNATURE_INVALID')
}
