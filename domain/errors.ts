/**
 * The two kinds of failure. `final`: trying again cannot help, someone must decide or be told.
 * Otherwise the outcome may be unknown and the same call is safe to repeat under the same key.
 * The message is the code alone: provider texts can echo personal data, so they stay outside.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: string
  readonly final: boolean
  /** Milliseconds the provider asked us to wait, from `Retry-After`. */
  readonly retryAfterMs: number | undefined

  constructor(code: string, options: { final: boolean; retryAfterMs?: number }) {
    super(code)
    this.code = code
    this.final = options.final
    this.retryAfterMs = options.retryAfterMs
  }
}

/** A report from outside whose origin is not proven: bad signature, stale timestamp, unreadable body. */
export class WebhookRejected extends Error {
  override readonly name = 'WebhookRejected'
  readonly code: 'SIGNATURE_INVALID' | 'TIMESTAMP_STALE' | 'BODY_INVALID'

  constructor(code: WebhookRejected['code']) {
    super(code)
    this.code = code
  }
}
