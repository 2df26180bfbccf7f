import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { etag } from 'hono/etag'
import { html } from 'hono/html'
import { LOCALES } from '../domain/locale.ts'
import type { Locale } from '../domain/locale.ts'
import { NoticePage, TrackingPage } from '../web/page.tsx'
import { pathOf } from '../web/path.ts'
import type { Action, Setting } from '../web/tracked.ts'
import { WORDING } from '../web/wording.ts'
import { identify } from './access.ts'
import { loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { limitBody } from './door.ts'
import { ApiProblem, STATUS } from './problem.ts'
import { confirmAction } from './shapes.ts'
import { trackedOf } from './tracked.ts'

/*
 * The page that a link in a mail opens. What its buttons ask for goes through the API's own doors, so that nothing is
 * allowed here that is not allowed there.
 */

const asset = (name: string, type: string) => ({
  content: readFileSync(new URL(`../web/${name}`, import.meta.url), 'utf8'),
  type: `${type}; charset=utf-8`,
})
const ASSETS: Readonly<Record<string, ReturnType<typeof asset>>> = {
  'page.css': asset('page.css', 'text/css'),
  'follow.js': asset('follow.js', 'text/javascript'),
  'icon.svg': asset('icon.svg', 'image/svg+xml'),
}

/** Everything the page needs comes from here, and nothing else may. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    ...["script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'"],
    ...["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
}

type Answer = (request: Request, env: ApiEnv['Bindings']) => Response | Promise<Response>
type Pages = { parts: ApiParts; answer: Answer }

/** `answer`: the API itself. */
export function pageRoutes(parts: ApiParts, answer: Answer) {
  const pages = new Hono<ApiEnv>()
  pages.get('/assets/:asset', etag(), (c) => {
    const name = c.req.param('asset')
    const found = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined
    if (found === undefined) throw new ApiProblem('NOT_FOUND')
    return c.body(found.content, 200, { 'content-type': found.type, 'cache-control': 'no-cache' })
  })
  pages.get('/orders/:id', (c) => orNotice(c, parts, () => showOrder(c, parts)))
  pages.post('/orders/:id/:action', limitBody, (c) =>
    orNotice(c, parts, () => act(c, { parts, answer })),
  )
  return pages
}

/** Whoever opens a link reads a page, whatever is wrong with it. */
async function orNotice(
  c: Context<ApiEnv>,
  { log }: ApiParts,
  show: () => Promise<Response>,
): Promise<Response> {
  try {
    return await show()
  } catch (error) {
    const status = error instanceof ApiProblem ? STATUS[error.code] : 503
    if (status >= 500) log.error({ err: error, traceId: c.get('traceId') }, 'page failed')
    const { wrongLink, away } = WORDING[localeOf(c)]
    const notice = status < 500 ? wrongLink : away
    return c.html(page(<NoticePage locale={localeOf(c)} notice={notice} />), status, HEADERS)
  }
}

async function showOrder(
  c: Context<ApiEnv>,
  parts: ApiParts,
  problem?: Refused,
): Promise<Response> {
  const setting = await settingOf(c, parts)
  const tracked = await trackedOf(parts, await loadOrder(c, parts))
  const shown = { ...setting, ...(problem !== undefined && { problem }) }
  const tracking = <TrackingPage tracked={tracked} setting={shown} />
  return c.html(page(tracking), problem?.status ?? 200, HEADERS)
}

const page = (content: unknown) => html`<!doctype html>${content}`

/** Only links open pages: a key doesn't belong into an address. */
async function settingOf(c: Context<ApiEnv>, parts: ApiParts): Promise<Setting> {
  const actor = await identify(c, parts)
  if (actor.role !== 'link') throw new ApiProblem('CREDENTIALS_INVALID')
  c.set('actor', actor)
  const { timeZone = 'UTC' } = parts.settings
  return { locale: localeOf(c), timeZone, token: c.req.query('token') ?? '' }
}

function localeOf(c: Context<ApiEnv>): Locale {
  const wished = c.req.query('lang')
  return LOCALES.find((locale) => locale === wished) ?? c.get('locale')
}

type Form = Readonly<Record<string, unknown>>
type Refused = { title: string; detail: string; status: (typeof STATUS)[keyof typeof STATUS] }

/** What each button asks the API for. */
const ASKED: Record<Action, (id: string, form: Form) => { path: string; body: object }> = {
  pay: (id) => ({ path: `/v1/orders/${id}/payments`, body: { method: 'card' } }),
  'confirm-receipt': (id) => ({ path: `/v1/orders/${id}/confirm-receipt`, body: {} }),
  cancel: (id) => ({ path: `/v1/orders/${id}/cancel`, body: {} }),
  'fast-forward': (id, { by, to }) => ({
    path: `/v1/dev/orders/${id}/fast-forward`,
    body: by === undefined ? { to } : { by },
  }),
}

/** Ask, then show the order anew: at its own address where it was done, with the reason where it was not. */
async function act(c: Context<ApiEnv>, pages: Pages): Promise<Response> {
  const { parts } = pages
  const { id = '', action = '' } = c.req.param()
  const setting = await settingOf(c, parts)
  if (!isAction(action)) throw new ApiProblem('NOT_FOUND')
  const refused = await ask(c, pages, { id, action })
  if (refused !== undefined) return showOrder(c, parts, refused)
  return c.redirect(pathOf(id, setting), 303)
}

const isAction = (text: string): text is Action => Object.hasOwn(ASKED, text)

async function ask(
  c: Context<ApiEnv>,
  { parts, answer }: Pages,
  { id, action }: { id: string; action: Action },
): Promise<Refused | undefined> {
  const form: Form = await c.req.parseBody()
  const { path, body } = ASKED[action](id, form)
  const request = new Request(new URL(path, c.req.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${c.req.query('token')}`,
      'accept-language': localeOf(c),
      'content-type': 'application/json',
      'idempotency-key': keyOf(action, form),
    },
    body: JSON.stringify(body),
  })
  const answered = await answer(request, c.env)
  const told: unknown = await answered.json()
  if (!answered.ok) return told as Refused
  if (action === 'pay') await payByTestCard(parts, told)
  return undefined
}

/** The same wish about the same state of an order, pressed twice, is one wish. */
const keyOf = (action: Action, form: Form) =>
  createHash('sha256')
    .update(JSON.stringify([action, form]))
    .digest('hex')

/** What the platform's own library does in a customer's browser, for the sandbox's card. */
async function payByTestCard({ settings }: ApiParts, told: unknown): Promise<void> {
  const { nextAction } = told as { nextAction?: unknown }
  const { data } = confirmAction.safeParse(nextAction)
  if (settings.sandboxUrl === undefined || data === undefined) return
  const url = `${settings.sandboxUrl}/v1/payment_intents/${data.externalId}/confirm`
  const answered = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_test_page' },
    body: new URLSearchParams({
      client_secret: data.clientSecret,
      payment_method: 'pm_card_visa',
    }),
  })
  await answered.body?.cancel()
}
