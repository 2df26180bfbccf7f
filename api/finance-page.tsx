import { Hono } from 'hono'
import type { Context } from 'hono'
import { isKeyOfFinance } from '../db/access.ts'
import { readClasses } from '../db/export.ts'
import { countOpenItems, listItems } from '../db/finance.ts'
import { countWaiting } from '../db/finance-waiting.ts'
import type { WaitingPlace } from '../db/finance-waiting.ts'
import { sumOwedCash } from '../db/carrier-cash.ts'
import { listReconciliations, readCoverage } from '../db/statement.ts'
import { readFinanceToken } from '../domain/link.ts'
import { LOCALES } from '../domain/locale.ts'
import type { Locale } from '../domain/locale.ts'
import { addDays, dateIn, instantIn } from '../domain/zone.ts'
import { FinanceNotice, FinancePage } from '../web/finance.tsx'
import type { FinanceView } from '../web/finance-view.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { codeOf } from './door.ts'
import { calendarsOf, dayView } from './finance-day.ts'
import { ageOf } from './finance-item.ts'
import { ledgerCsv } from './finance-ledger.ts'
import { waitingPage, waitingPlace } from './finance-waiting.ts'
import { day as whichDay, pageOf } from './finance.ts'
import { cursor, id, instant } from './input.ts'
import { z } from '@hono/zod-openapi'
import { ApiProblem, STATUS } from './problem.ts'

/*
 * The page that a link of finance opens. It only shows; what changes anything takes a key, and the doors of the API.
 */

const HEADERS = {
  'content-security-policy': [
    ...["default-src 'none'", "style-src 'self'", "img-src 'self'"],
    ...["form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"],
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
}

/** Items on the page at once. */
const ITEMS = 50
/** What waits for a decision, likewise: each has some lines, and stands before the figures. */
const WAITING = 20
/** Statements that are shown: some days of all platforms. */
const STATEMENTS = 12

export function financePages(parts: ApiParts) {
  const pages = new Hono<ApiEnv>()
  pages.get('/finance', (c) => orNotice(c, parts, () => show(c, parts)))
  pages.get('/finance/ledger.csv', (c) =>
    orNotice(c, parts, async () => {
      await linkOf(c, parts)
      return ledgerCsv(c, parts, boundsOf(c))
    }),
  )
  return pages
}

async function orNotice(
  c: Context<ApiEnv>,
  { log }: ApiParts,
  showing: () => Promise<Response>,
): Promise<Response> {
  try {
    return await showing()
  } catch (error) {
    const status = STATUS[codeOf(error)]
    if (status >= 500) log.error({ err: error, traceId: c.get('traceId') }, 'page failed')
    const notice = { locale: localeOf(c), why: status < 500 ? 'closed' : 'away' } as const
    return c.html(<FinanceNotice {...notice} />, status, HEADERS)
  }
}

/** Until when the link works: no longer than the key that it was made with. */
async function linkOf(
  c: Context<ApiEnv>,
  { db, keys, now }: ApiParts,
): Promise<{ token: string; until: string }> {
  const token = c.req.query('token') ?? ''
  const link = readFinanceToken(keys.linkKey, token)
  const isOver = link === undefined || link.until <= now().getTime()
  if (isOver || !(await isKeyOfFinance(db, link.keyId))) throw new ApiProblem('CREDENTIALS_INVALID')
  return { token, until: new Date(link.until).toISOString() }
}

function localeOf(c: Context<ApiEnv>): Locale {
  const wished = c.req.query('lang')
  return LOCALES.find((locale) => locale === wished) ?? c.get('locale')
}

const bound = instant.optional().catch(undefined)

function boundsOf(c: Context<ApiEnv>) {
  const from = bound.parse(c.req.query('from'))
  const to = bound.parse(c.req.query('to'))
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

const place = cursor(z.object({ openedAt: instant, id }))
  .optional()
  .catch(undefined)
const waitingAfter = waitingPlace.optional().catch(undefined)
const date = whichDay.optional().catch(undefined)

async function show(c: Context<ApiEnv>, parts: ApiParts): Promise<Response> {
  const link = await linkOf(c, parts)
  const locale = localeOf(c)
  const timeZone = parts.settings.timeZone ?? 'UTC'
  const latest = latestDay(parts, timeZone)
  const day = date.parse(c.req.query('day')) ?? latest
  const asked = {
    ...{ day, latest, timeZone, locale, token: link.token },
    after: place.parse(c.req.query('after')),
    waitingAfter: waitingAfter.parse(c.req.query('waiting')),
  }
  const view = await viewOf(parts, asked)
  return c.html(<FinancePage view={{ ...view, until: link.until }} locale={locale} />, 200, HEADERS)
}

/** The last day that has begun by every calendar: around midnight some platform's is still another one. */
function latestDay(parts: ApiParts, timeZone: string): string {
  const zones = [timeZone, ...calendarsOf(parts).map((one) => one.timeZone)]
  const [first = ''] = zones.map((zone) => dateIn(zone, parts.now())).toSorted()
  return first
}

type Asked = {
  day: string
  latest: string
  timeZone: string
  locale: Locale
  token: string
  after: { openedAt: string; id: string } | undefined
  waitingAfter: WaitingPlace | undefined
}

async function viewOf(parts: ApiParts, asked: Asked): Promise<Omit<FinanceView, 'until'>> {
  const { db } = parts
  const { day, timeZone } = asked
  const now = parts.now()
  const wanted = { filter: { state: 'open' as const }, cursor: asked.after, limit: ITEMS + 1 }
  const found = pageOf(await listItems(db, wanted), ITEMS, ({ openedAt, id: last }) => ({
    ...{ openedAt, id: last },
  }))
  const waiting = await waitingPage(parts, { size: WAITING, after: asked.waitingAfter })
  const owed = await sumOwedCash(db)
  return {
    ...{ now: now.toISOString(), timeZone, day: await dayView(parts, day) },
    coverage: await coverageOf(parts),
    openItems: await countOpenItems(db),
    ...{ allWaiting: await countWaiting(db), waiting: waiting.items },
    classes: await readClasses(db, undefined),
    items: found.items.map((item) => ({ ...item, ageDays: ageOf(item.openedAt, now) })),
    owed: owed.map(({ since, ...debt }) => ({ ...debt, ageDays: ageOf(since, now) })),
    statements: await listReconciliations(db, { limit: STATEMENTS }),
    paths: pathsOf(asked, { items: found.next, waiting: waiting.next }),
  }
}

async function coverageOf(parts: ApiParts): Promise<FinanceView['coverage']> {
  const known = await readCoverage(parts.db)
  return calendarsOf(parts).map(({ platform, timeZone }) => ({
    ...{ platform, timeZone, lastOver: addDays(dateIn(timeZone, parts.now()), -1) },
    ...(known.find((one) => one.platform === platform) ?? NEVER),
  }))
}
const NEVER = { compared: null, waiting: [], missing: [] }

function pathsOf(
  { day, latest, timeZone, locale, token }: Asked,
  next: Record<'items' | 'waiting', string | null>,
): FinanceView['paths'] {
  const pathTo = (more: Record<string, string>, path = '/finance') =>
    `${path}?${new URLSearchParams({ token, lang: locale, day, ...more }).toString()}`
  const ledger = (from: string, to: string) => {
    const at = (of: string) => instantIn(timeZone, { date: of, time: '00:00' }).toISOString()
    return pathTo({ from: at(from), to: at(to) }, '/finance/ledger.csv')
  }
  const month = `${day.slice(0, 7)}-01`
  const nextMonth = `${addDays(month, 31).slice(0, 7)}-01`
  return {
    other: pathTo({ lang: locale === 'en' ? 'zh' : 'en' }),
    ...{ dayBefore: pathTo({ day: addDays(day, -1) }), dayAfter: pathTo({ day: addDays(day, 1) }) },
    ...(day !== latest && { latestDay: pathTo({ day: latest }) }),
    ...{ ledgerOfDay: ledger(day, addDays(day, 1)), ledgerOfMonth: ledger(month, nextMonth) },
    ...(next.items !== null && { moreItems: pathTo({ after: next.items }) }),
    ...(next.waiting !== null && { moreWaiting: pathTo({ waiting: next.waiting }) }),
  }
}
