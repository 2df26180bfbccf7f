/*
 * Touched before any library that brings undici along, as Alipay's does: it puts itself below Node's own `fetch`
 * unless that is in use already, and then refuses requests that Node's takes, such as Stripe's.
 */
void new Headers()

/** Total time of one call, body included, and the longest reply read. */
export type Limits = { timeoutMs: number; maxBytes: number }

/** Activities are given more time, so the adapter answers first; the largest honest reply stays below 100 kB. */
const CALL: Limits = { timeoutMs: 10_000, maxBytes: 1_000_000 }
/** A file of all that moved on a day: a hundred thousand lines of 500 bytes. */
export const STATEMENT: Limits = { timeoutMs: 60_000, maxBytes: 50_000_000 }

/** `fetch` under the limits of every provider call: total time, size of the reply, no redirects. */
export async function boundedFetch(
  input: string | URL | Request,
  init: RequestInit = {},
  { timeoutMs, maxBytes }: Limits = CALL,
): Promise<Response> {
  const signals = [AbortSignal.timeout(timeoutMs), ...(init.signal ? [init.signal] : [])]
  const response = await fetch(input, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.any(signals),
  })
  const { status, headers } = response
  return new Response(await readBody(response, maxBytes), { status, headers })
}

async function readBody(response: Response, maxBytes: number): Promise<Blob | null> {
  if (response.body === null) return null
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > maxBytes) throw new RangeError('reply too large')
    chunks.push(chunk)
  }
  return new Blob(chunks)
}

/** `Retry-After` in milliseconds, as a `ProviderError` option; both forms, seconds and a date. */
export function retryAfter(header: string | null | undefined): { retryAfterMs?: number } {
  if (!header) return {}
  const milliseconds = /^\d+$/.test(header)
    ? Number(header) * 1000
    : Date.parse(header) - Date.now()
  return Number.isFinite(milliseconds) ? { retryAfterMs: Math.max(0, milliseconds) } : {}
}
