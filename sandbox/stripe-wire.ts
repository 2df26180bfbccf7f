import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Collection } from './journal.ts'
import type { Reply, SandboxEnv } from './reply.ts'

/** Stripe's wire format: forms with brackets, errors, idempotency keys. */

export type Form = ReadonlyMap<string, string>

export async function readForm(c: Context<SandboxEnv>): Promise<Form> {
  return new Map(new URLSearchParams(await c.req.text()))
}

/** `metadata[order_id]=…` as an object. */
export function metadataOf(form: Form): Record<string, string> {
  const entries = [...form].flatMap(([name, value]) => {
    const key = /^metadata\[(\w+)\]$/.exec(name)?.[1]
    return key === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries(entries)
}

/** A positive whole number, undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,12}$/.test(text) ? Number(text) : undefined
}

export type StripeProblem = {
  type: 'card_error' | 'invalid_request_error' | 'idempotency_error'
  code?: string
  decline_code?: string
  param?: string
  message: string
  payment_intent?: object
}

export function refuse(status: ContentfulStatusCode, error: StripeProblem): Reply {
  return { status, body: { error } }
}

export function missing(id: string): Reply {
  return refuse(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such object: '${id}'`,
  })
}

export type StoredReply = Reply & { fingerprint: string }

/**
 * The same key with the same parameters gets the first answer again, refusals included; with others it is an error.
 * A call without a key stands for itself.
 */
export function once(
  replies: Collection<StoredReply>,
  { key, path, form }: { key: string | undefined; path: string; form: Form },
  effect: () => Reply,
): Reply {
  if (key === undefined) return effect()
  const fingerprint = fingerprintOf(path, form)
  const known = replies.get(key)
  if (known === undefined) {
    const reply = effect()
    replies.put(key, { ...reply, fingerprint })
    return reply
  }
  if (known.fingerprint !== fingerprint) return refuse(400, KEY_REUSED)
  const { status, body } = known
  return { status, body, headers: { 'idempotent-replayed': 'true' } }
}

const KEY_REUSED: StripeProblem = {
  type: 'idempotency_error',
  message: 'Keys for idempotent requests can only be used with the same parameters.',
}

function fingerprintOf(path: string, form: Form): string {
  const sorted = [...form].toSorted(([a], [b]) => a.localeCompare(b))
  return createHash('sha256')
    .update(JSON.stringify([path, sorted]))
    .digest('base64')
}
