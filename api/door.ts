import { randomUUID } from 'node:crypto'
import type { Context, ErrorHandler, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import { isTransient } from '../db/connection.ts'
import { WebhookRejected } from '../domain/errors.ts'
import type { ApiEnv, ApiLog } from './context.ts'
import { answerProblem, ApiProblem } from './problem.ts'
import type { ProblemCode } from './problem.ts'

/*
 * What every request passes, whatever it asks for: a trace id, a language, limits, and one shape for all errors.
 */

/** Bytes of a JSON body; an order of 100 lines with 10 addresses takes a third of it. */
const BODY_LIMIT = 64 * 1024
/** Bytes of a table of products: a thousand rows with long descriptions in two languages. */
const TABLE_LIMIT = 1024 * 1024
/** Bytes of a webhook; providers send whole objects with their history. */
const WEBHOOK_LIMIT = 256 * 1024
/** Bytes of payloads to decode; Temporal itself refuses payloads above 2 MB. */
const CODEC_LIMIT = 4 * 1024 * 1024
/** Levels of nesting; ours need five. */
const DEPTH_LIMIT = 16
/** Items per list; the longest of ours, an order's lines, has half of it. */
const LIST_LIMIT = 200

const TRACE_PARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's trace goes on here where it has one; the language is Chinese for whoever prefers it. */
export const arrive: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const traceId = TRACE_PARENT.exec(c.req.header('traceparent') ?? '')?.[1]
  c.set('traceId', traceId ?? randomUUID().replaceAll('-', ''))
  c.set('locale', preferredLocale(c.req.header('accept-language') ?? ''))
  await next()
  // On the answer itself: `c.header` would make another answer of it, which costs more than its body.
  const { headers } = c.res
  headers.set('x-trace-id', c.get('traceId'))
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}

export function preferredLocale(acceptLanguage: string): 'en' | 'zh' {
  const weighed = acceptLanguage.split(',').map((item) => {
    const [tag = '', ...parameters] = item.trim().split(';')
    const q = parameters.find((parameter) => parameter.trim().startsWith('q='))
    return {
      locale: tag.toLowerCase().split('-')[0],
      q: q === undefined ? 1 : Number(q.trim().slice(2)),
    }
  })
  const known = weighed.filter(({ locale, q }) => (locale === 'en' || locale === 'zh') && q > 0)
  return known.toSorted((a, b) => b.q - a.q)[0]?.locale === 'zh' ? 'zh' : 'en'
}

/** One line per request: the route's pattern, never its address, because addresses hold tokens. */
export function logRequests(log: ApiLog): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const start = performance.now()
    await next()
    const ms = Math.round(performance.now() - start)
    const { status } = c.res
    const route = routePath(c, -1)
    log.info({ method: c.req.method, route, status, ms, traceId: c.get('traceId') }, 'request')
  }
}

/** A length that is told is enough to judge by; to look at the body itself takes longer than to read it. */
function limit(maxSize: number): MiddlewareHandler<ApiEnv> {
  const refuse = () => {
    throw new ApiProblem('BODY_TOO_LARGE')
  }
  const limitUntold = bodyLimit({ maxSize, onError: refuse })
  return (c, next) => {
    const told = c.req.header('content-length')
    if (told === undefined || c.req.header('transfer-encoding') !== undefined)
      return limitUntold(c, next)
    return Number(told) > maxSize ? refuse() : next()
  }
}

const limitTable = limit(TABLE_LIMIT)
const limitJson = limit(BODY_LIMIT)
export const limitBody: MiddlewareHandler<ApiEnv> = (c, next) =>
  (c.req.path === '/v1/products/import' ? limitTable : limitJson)(c, next)
export const limitWebhook = limit(WEBHOOK_LIMIT)
export const limitPayloads = limit(CODEC_LIMIT)

/** As the validators take a body for JSON, whatever its case and suffix: none may reach them unchecked. */
const JSON_TYPE = /^application\/([a-z.-]+\+)?json/i

/** What no schema should have to think of: depth, length of lists, characters that no database holds. */
export const checkJson: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const isJson = JSON_TYPE.test(c.req.header('content-type') ?? '')
  const hasBody = c.req.method === 'POST' || c.req.method === 'PUT'
  if (isJson && hasBody) await checkBody(c)
  await next()
}

/** Many clients name the type of every request: of an empty one it says nothing. */
async function checkBody(c: Context): Promise<void> {
  if ((await c.req.text()) === '') c.req.raw.headers.delete('content-type')
  else checkValue(await readJson(c), DEPTH_LIMIT)
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json()
  } catch {
    throw new ApiProblem('JSON_MALFORMED')
  }
}

const IMPOSSIBLE = /[\0\p{Surrogate}]/u

function checkValue(value: unknown, levels: number): void {
  if (typeof value === 'string' && IMPOSSIBLE.test(value)) throw new ApiProblem('TEXT_INVALID')
  if (typeof value !== 'object' || value === null) return
  if (levels === 0) throw new ApiProblem('BODY_TOO_DEEP')
  if (Array.isArray(value) && value.length > LIST_LIMIT) throw new ApiProblem('LIST_TOO_LONG')
  for (const item of Object.values(value)) checkValue(item, levels - 1)
}

/** Any failure as a problem document; what is not expected says nothing but a trace id. */
export function answerErrors(log: ApiLog): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const problem = error instanceof ApiProblem ? error : new ApiProblem(codeOf(error))
    if (problem.code === 'INTERNAL') {
      log.error({ err: error, traceId: c.get('traceId') }, 'request failed')
    }
    return answerProblem(c, problem)
  }
}

/** SQLSTATEs of a text that PostgreSQL can't hold. */
const BAD_TEXT: ReadonlySet<unknown> = new Set(['22021', '22P05'])

/** What a failure is called; `INTERNAL` where nobody expected it. */
export function codeOf(error: unknown): ProblemCode {
  if (error instanceof ApiProblem) return error.code
  if (error instanceof WebhookRejected) return error.code
  if (error instanceof HTTPException) return HTTP_CODES[error.status] ?? 'INTERNAL'
  if (isTransient(error)) return 'DATABASE_AWAY'
  const isBadText = error instanceof Error && 'code' in error && BAD_TEXT.has(error.code)
  return isBadText ? 'TEXT_INVALID' : 'INTERNAL'
}

const HTTP_CODES: Partial<Record<number, ProblemCode>> = {
  400: 'JSON_MALFORMED',
  415: 'CONTENT_TYPE_UNSUPPORTED',
}
