import type { Context, MiddlewareHandler } from 'hono'
import { findPrincipal } from '../db/access.ts'
import type { Permission, Principal } from '../db/access.ts'
import { readClockOffset } from '../db/order.ts'
import type { Scope } from '../db/order.ts'
import { orderTokenExpiry } from '../domain/link.ts'
import { orderNow } from './clock.ts'
import type { Actor, ApiEnv, ApiParts } from './context.ts'
import { needsOf, ruleOf } from './policy.ts'
import type { Operation, Rule } from './policy.ts'
import { ApiProblem } from './problem.ts'

/** A route's share of who may use it: spread into `createRoute`, so that none is made without a rule. */
export function access(parts: ApiParts, operation: Operation) {
  const rule = ruleOf(operation)
  return {
    operationId: operation,
    'x-roles': [rule].flat(),
    security: securityOf(rule),
    middleware: guardOf(parts, operation),
  }
}

/** Runs before anything of the request's body is looked at. */
function guardOf(parts: ApiParts, operation: Operation): MiddlewareHandler<ApiEnv> {
  const rule = ruleOf(operation)
  if (typeof rule !== 'string') return authorise(parts, rule, needsOf(operation))
  return rule === 'ui' ? authoriseUi(parts) : pass
}

function securityOf(rule: Rule): Record<string, string[]>[] {
  if (typeof rule === 'string') return rule === 'ui' ? [{}, { bearer: [] }] : []
  return [{ bearer: [] }, ...(rule.includes('link') ? [{ link: [] }] : [])]
}

const pass: MiddlewareHandler<ApiEnv> = (_c, next) => next()

function authorise(
  parts: ApiParts,
  allowed: readonly Actor['role'][],
  needs: readonly Permission[] = [],
): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const actor = await identify(c, parts)
    const { role, permissions } = actor
    const isTrusted = permissions === undefined || needs.every((need) => permissions.includes(need))
    if (!allowed.includes(role) || !isTrusted) throw new ApiProblem('FORBIDDEN')
    c.set('actor', actor)
    await next()
  }
}

/** On a developer's machine the Web UI has no key to send: there its origin and loopback are enough. */
function authoriseUi(parts: ApiParts): MiddlewareHandler<ApiEnv> {
  const { mode, temporalUiOrigin } = parts.settings
  const guard = authorise(parts, UI_ROLES)
  return (c, next) => {
    const isUi = temporalUiOrigin !== undefined && c.req.header('origin') === temporalUiOrigin
    return mode === 'development' && isUi && isLoopback(c) ? next() : guard(c, next)
  }
}

const UI_ROLES = ['support', 'admin'] as const

function isLoopback({ env }: Context<ApiEnv>): boolean {
  const address = env?.incoming?.socket.remoteAddress ?? ''
  return /^(::ffff:)?127\.|^::1$/.test(address)
}

/** The key or order link that a request carries; 401 where there is none, or none of ours. */
export async function identify(c: Context<ApiEnv>, parts: ApiParts): Promise<Actor> {
  const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  const credential = bearer ?? c.req.query('token')
  if (credential === undefined) throw new ApiProblem('CREDENTIALS_MISSING')
  // Addresses are kept by proxies and browsers, so keys aren't taken from them.
  const actor = bearer?.startsWith('lh_')
    ? actorOf(await findPrincipal(parts.db, bearer))
    : await linkHolder(parts, c.req.param('id') ?? '', credential)
  if (actor === undefined) throw new ApiProblem('CREDENTIALS_INVALID')
  return actor
}

function actorOf(principal: Principal | undefined): Actor | undefined {
  if (principal === undefined) return undefined
  const { id, role, permissions, subject } = principal
  return {
    ...{ id, role, scope: scopeOf(principal) },
    ...(permissions !== undefined && { permissions }),
    ...(role === 'carrier' && subject !== undefined && { carrier: subject }),
  }
}

/** Nobody's id is empty: a key without the subject its role needs sees nothing, and a carrier knows waybills only. */
function scopeOf({ role, subject = '' }: Principal): Scope {
  switch (role) {
    case 'support':
    case 'finance':
    case 'admin':
      return { all: true }
    case 'merchant':
      return { merchantId: subject }
    case 'warehouse':
      return { warehouseId: subject }
    case 'customer':
      return { customerId: subject }
    case 'carrier':
      return { customerId: '' }
  }
}

/** The link names one order, and only requests about that one come this far. */
async function linkHolder(
  parts: ApiParts,
  orderId: string,
  token: string,
): Promise<Actor | undefined> {
  const expiresAt = orderTokenExpiry(parts.keys.linkKey, { orderId, token })
  if (expiresAt === undefined) return undefined
  const clockOffset = await readClockOffset(parts.db, orderId)
  return orderNow(parts, { clockOffset }).getTime() < expiresAt
    ? { id: `link:${orderId}`, role: 'link', scope: { all: true } }
    : undefined
}
