import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Fault } from './faults.ts'

export type SandboxEnv = { Bindings: HttpBindings }
export type Reply = { status: ContentfulStatusCode; body: object; headers?: Record<string, string> }
export type NoContent = { status: 204; headers?: Record<string, string> }
export type Page = {
  status: ContentfulStatusCode
  html: string | Promise<string>
  headers?: Record<string, string>
}

/** What a gateway in front of a platform says, in no platform's own format. */
const GATEWAY_PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>'
/** Seconds that a rate limit asks for: short, so that tests can obey it. */
const RETRY_AFTER_SECONDS = 1

/** Answer a call under a fault. The effect is synchronous, so nothing comes between two of them. */
export async function answer(
  c: Context<SandboxEnv>,
  fault: Fault | undefined,
  effect: () => Reply | NoContent | Page,
): Promise<Response> {
  switch (fault?.fault) {
    case 'server_error':
      return c.html(GATEWAY_PAGE, 502)
    case 'rate_limited':
      return c.json({ error: { type: 'invalid_request_error', code: 'rate_limit' } }, 429, {
        'retry-after': String(RETRY_AFTER_SECONDS),
      })
    case 'server_error_after_effect':
      effect()
      return c.html(GATEWAY_PAGE, 502)
    case 'garbage':
      effect()
      return c.body('{"id":"pi_', 200, { 'content-type': 'application/json' })
    case 'timeout_after_effect':
      effect()
      await sleep(fault.delayMs ?? 0)
      c.env.outgoing.destroy()
      return RESPONSE_ALREADY_SENT
    default: {
      const reply = effect()
      if ('html' in reply) return c.html(reply.html, reply.status, reply.headers)
      if (!('body' in reply)) return c.body(null, reply.status, reply.headers)
      return c.json(reply.body, reply.status, reply.headers)
    }
  }
}
