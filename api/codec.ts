import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Payload } from '@temporalio/common'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { PAYLOADS } from './examples.ts'
import { optional } from './input.ts'
import { ApiProblem } from './problem.ts'

/*
 * Temporal's remote codec protocol: the Web UI sends payloads as they stand in a history, and shows what comes back;
 * what an operator types into its forms it has sealed here first, and sends nothing where that fails.
 */

/** Payloads of a request; Temporal's tools send a page of a history at a time. */
const MOST = 1_000
/** Fields of one payload's metadata; there are two or three. */
const MOST_FIELDS = 20

const base64 = z.base64()
const payload = z.object({
  metadata: optional(
    z.record(z.string(), base64).refine((fields) => Object.keys(fields).length <= MOST_FIELDS),
  ),
  data: optional(base64),
})
/** Temporal's tools leave an empty list out. */
const payloads = z.object({ payloads: z.array(payload).max(MOST).default([]) })

export function codecRoutes(parts: ApiParts) {
  const decode = createRoute({
    ...access(parts, 'decodePayloads'),
    method: 'post',
    path: '/codec/decode',
    tags: ['Temporal'],
    summary: 'Payloads of Temporal histories in clear, for its Web UI',
    description:
      'Temporal’s remote codec protocol. In development its Web UI on the same machine needs no key; otherwise a key ' +
      'of support or admin.',
    request: { body: body(payloads, PAYLOADS) },
    responses: { 200: json(payloads, 'Decoded', PAYLOADS), ...problems('decodePayloads') },
  })
  const encode = createRoute({
    ...access(parts, 'encodePayloads'),
    method: 'post',
    path: '/codec/encode',
    tags: ['Temporal'],
    summary: 'Payloads sealed as Temporal is to keep them, for its Web UI’s forms',
    description:
      'The way back, for who may decode. Signals and updates are sealed here when they are sent by hand.',
    request: { body: body(payloads, PAYLOADS) },
    responses: { 200: json(payloads, 'Sealed', PAYLOADS), ...problems('encodePayloads') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(decode, async (c) => {
      const sealed = c.req.valid('json').payloads.map(fromWire)
      const plain = await parts.codec.decode(sealed).catch(() => {
        throw new ApiProblem('PAYLOAD_UNREADABLE')
      })
      return c.json({ payloads: plain.map(toWire) }, 200)
    })
    .openapi(encode, async (c) => {
      const plain = c.req.valid('json').payloads.map(fromWire)
      return c.json({ payloads: (await parts.codec.encode(plain)).map(toWire) }, 200)
    })
}

type WirePayload = z.infer<typeof payload>

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
const text = (data: Uint8Array) => Buffer.from(data).toString('base64')

function fromWire({ metadata = {}, data }: WirePayload): Payload {
  return { metadata: map(metadata, bytes), ...(data !== undefined && { data: bytes(data) }) }
}

function toWire({ metadata, data }: Payload): WirePayload {
  return { metadata: map(metadata ?? {}, text), ...(data && { data: text(data) }) }
}

function map<A, B>(record: Record<string, A>, convert: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]))
}
