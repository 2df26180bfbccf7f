import { hc } from 'hono/client'
import type { Api } from './routes.ts'

export type { Problem } from './answer.ts'
export type { EntryView, OrderRowView, OrderView, PlacedView } from './shapes.ts'

export type ClientOptions = {
  /** An API key. */
  key?: string
  /** In its place, the token of a link to one order; without either, what everyone may ask. */
  token?: string
  fetch?: typeof fetch
}

/** Named, so that editors and compilers work it out once. */
export type Client = ReturnType<typeof hc<Api>>

/** The HTTP API with its types: requests, answers, and the problems that each operation can answer with. */
export function createClient(url: string, options: ClientOptions = {}): Client {
  const { key, token, fetch: send = fetch } = options
  const credential = key ?? token
  const headers: Record<string, string> = {}
  if (credential !== undefined) headers['authorization'] = `Bearer ${credential}`
  return hc<Api>(url, { headers, fetch: send })
}
