import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import { boundedFetch, retryAfter } from '../http.ts'

/** What the carriers' adapters share: one call under the limits of every provider call, and its failures sorted. */

/** Waybills become parts of keys and addresses, hence plain characters only. */
export const waybill = z.string().regex(/^[A-Za-z0-9-]{4,40}$/)

/** Scans of one parcel in one message; a parcel that travels for a month has about fifty. */
export const MAX_SCANS = 1000

export type Reply = { ok: boolean; status: number; headers: Headers; json: unknown }

export async function send(url: URL, init: RequestInit): Promise<Reply> {
  try {
    const response = await boundedFetch(url, init)
    const { ok, status, headers } = response
    return { ok, status, headers, json: jsonOrNothing(await response.text()) }
  } catch {
    // The text of a network error names hosts and ports; the code says all that a caller can act on.
    throw new ProviderError('CARRIER_UNREACHABLE', { final: false })
  }
}

/** What is not JSON has no shape, so whoever reads it takes it for a fault of the carrier. */
export function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function read<T>(shape: z.ZodType<T>, json: unknown): T {
  const parsed = shape.safeParse(json)
  if (!parsed.success) throw unreadable()
  return parsed.data
}

export const unreadable = () => new ProviderError('CARRIER_ERROR', { final: false })

export const rateLimited = ({ headers }: Reply) =>
  new ProviderError('RATE_LIMITED', { final: false, ...retryAfter(headers.get('retry-after')) })
