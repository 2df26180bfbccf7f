import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { etag } from 'hono/etag'
import { html } from 'hono/html'
import { findKey } from '../db/idempotency.ts'
import { LOCALES } from '../domain/locale.ts'
import type { Locale } from '../domain/locale.ts'
import { NoticePage, TrackingPage } from '../web/page.tsx'
import { pathOf } from '../web/path.ts'
import type { Action, Setting } from '../web/tracked.ts'
import { refusalOf } from '../web/refusal.ts'
import type { Refusal } from '../web/refusal.ts'
import { WORDING } from '../web/wording.ts'
import type { Next, Wording } from '../web/wording.ts'
import { identify } from './access.ts'
import { orderNow } from './clock.ts'
import { loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { codeOf, limitBody } from './door.ts'
import { payingOf } from './paying.ts'
import { ApiProblem, STATUS } from './problem.ts'
import { payAtSandbox } from './test-payment.ts'
import { actionsOf, trackedOf } from './tracked.ts'

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
  'reconciliation.css': asset('reconciliation.css', 'text/css'),
  'finance.css': asset('finance.css', 'text/css'),
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
    const status = STATUS[codeOf(error)]
    if (status >= 500) log.error({ err: error, traceId: c.get('traceId') }, 'page failed')
    const notice = noticeOf(status, WORDING[localeOf(c)])
    return c.html(page(<NoticePage locale={localeOf(c)} notice={notice} />), status, HEADERS)
  }
}

function noticeOf(status: Status, { wrongLink, unreadable, away, broken }: Wording): Next {
  if (status === 401 || status === 403 || status === 404) return wrongLink
  if (status < 500) return unreadable
  return status === 503 ? away : broken
}

async function showOrder(c: Context<ApiEnv>, parts: ApiParts, told?: Told): Promise<Response> {
  const setting = await settingOf(c, parts)
  const tracked = await trackedOf(parts, await loadOrder(c, parts))
  const shown = { ...setting, ...(told !== undefined && { told }) }
  const tracking = <TrackingPage tracked={tracked} setting={shown} />
  return c.html(page(tracking), told?.status ?? 200, HEADERS)
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

type Form = Readonly<Record<string, string>>
type Status = (typeof STATUS)[keyof typeof STATUS]
type Told = NonNullable<Setting['told']> & { status: Status | 202 }

type Wish = { path: string; body: object }

/** As the page was shown: a second press must ask for the same, whatever the first one has changed. */
const keptIn = ({ kept = '' }: Form) =>
  kept
    .split(' ')
    .filter((tenderId) => tenderId !== '')
    .map((tenderId) => ({ tenderId }))

/** What each button asks the API for. */
const ASKED: Record<Action, (id: string, form: Form) => Wish> = {
  pay: (id) => ({ path: `/v1/orders/${id}/payments`, body: {} }),
  'pay-test': (id) => ({ path: `/v1/orders/${id}/payments`, body: {} }),
  'pay-otherwise': (id, form) => ({
    path: `/v1/orders/${id}/payments`,
    body: { tenders: [...keptIn(form), { method: form['method'] }] },
  }),
  'confirm-receipt': (id) => ({ path: `/v1/orders/${id}/confirm-receipt`, body: {} }),
  cancel: (id) => ({ path: `/v1/orders/${id}/cancel`, body: {} }),
  'fast-forward': (id, { by, to }) => ({
    path: `/v1/dev/orders/${id}/fast-forward`,
    body: by === undefined ? { to } : { by },
  }),
}

/** These are no customer's, and only the page knows where they belong; for the others the API says why not. */
const OWN: ReadonlySet<Action> = new Set([
  ...(['pay', 'pay-test', 'pay-otherwise', 'fast-forward'] as const),
])

/** Ask, then show the order anew: at its own address where it was done, with the reason where it was not. */
async function act(c: Context<ApiEnv>, pages: Pages): Promise<Response> {
  const { parts } = pages
  const { id = '', action = '' } = c.req.param()
  const setting = await settingOf(c, parts)
  if (!isAction(action)) throw new ApiProblem('NOT_FOUND')
  const form = await readForm(c)
  const row = await loadOrder(c, parts)
  const at = orderNow(parts, row).toISOString()
  const paying = await payingOf(parts, row.order, at)
  const offered = actionsOf(row.order, { at, settings: parts.settings, paying })
  const isToAsk =
    !OWN.has(action) || offered.includes(action) || (await wasAsked(c, parts, keyOf(action, form)))
  const told = isToAsk
    ? await ask(c, pages, { action, form, wish: ASKED[action](id, form) })
    : refused(c, 'NOT_OFFERED')
  if (told !== undefined) return showOrder(c, parts, told)
  return c.redirect(pathOf(id, setting), 303)
}

/** What a first press has done isn't offered any more; a second one is answered as the first was. */
const wasAsked = async (c: Context<ApiEnv>, { db }: ApiParts, key: string) =>
  (await findKey(db, { principal: c.get('actor').id, key })) !== undefined

async function readForm(c: Context<ApiEnv>): Promise<Form> {
  const isForm = /^application\/x-www-form-urlencoded *(;|$)/i.test(
    c.req.header('content-type') ?? '',
  )
  if (!isForm) throw new ApiProblem('CONTENT_TYPE_UNSUPPORTED')
  return Object.fromEntries(new URLSearchParams(await c.req.text()))
}

const refused = (c: Context<ApiEnv>, why: Refusal, status: Status = 409): Told => ({
  ...{ text: WORDING[localeOf(c)].refused[why], tone: 'refused', status },
})

const isAction = (text: string): text is Action => Object.hasOwn(ASKED, text)

async function ask(
  c: Context<ApiEnv>,
  { parts, answer }: Pages,
  { action, form, wish }: { action: Action; form: Form; wish: Wish },
): Promise<Told | undefined> {
  const { path, body } = wish
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
  if (!answered.ok) {
    const problem = told as { code: string; status: Status }
    return refused(c, refusalOf(problem), problem.status)
  }
  if (answered.status === 202) {
    return { text: WORDING[localeOf(c)].taken, tone: 'taken', status: 202 }
  }
  const { sandboxUrl = '' } = parts.settings
  const paid = { told, tenderId: form['tender'] }
  const why = action === 'pay-test' ? await payAtSandbox(sandboxUrl, paid) : undefined
  return why && refused(c, why)
}

/** The same wish about the same state of an order, pressed twice, is one wish. */
const keyOf = (action: Action, form: Form) =>
  createHash('sha256')
    .update(JSON.stringify([action, form]))
    .digest('hex')
