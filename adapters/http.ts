/** Total time of one provider call, body included: activities are given more, so the adapter answers first. */
const TOTAL_TIMEOUT_MS = 10_000
/** Longest reply read: the largest honest one, a parcel's scans, stays below 100 kB. */
const MAX_REPLY_BYTES = 1_000_000

/** `fetch` under the limits of every provider call: total time, size of the reply, no redirects. */
export async function boundedFetch(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const signals = [AbortSignal.timeout(TOTAL_TIMEOUT_MS), ...(init.signal ? [init.signal] : [])]
  const response = await fetch(input, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.any(signals),
  })
  const { status, headers } = response
  return new Response(await readBody(response), { status, headers })
}

async function readBody(response: Response): Promise<Blob | null> {
  if (response.body === null) return null
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > MAX_REPLY_BYTES) throw new RangeError('reply too large')
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
