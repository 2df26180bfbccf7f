import { describe, expect, it } from 'vitest'
import { ADJUSTMENT_KINDS, CONCESSIONS } from '../../domain/events.ts'
import { LOCALES } from '../../domain/locale.ts'
import { PLATFORMS } from '../../domain/method.ts'
import { ACCOUNT_NAMES } from '../../web/finance-accounts.ts'
import { FinancePage } from '../../web/finance.tsx'
import type { FinanceView } from '../../web/finance-view.ts'

const platform = { platform: 'stripe' as const, timeZone: 'UTC', lastOver: '2026-03-01' }
const never = { ...platform, compared: null, waiting: [], missing: [] }
const done = { ...never, compared: '2026-03-01' }

const VIEW: FinanceView = {
  ...{ now: '2026-03-02T03:00:00.000Z', until: '2026-03-02T15:00:00.000Z', timeZone: 'UTC' },
  ...{ openItems: 0, coverage: [done], classes: [], owed: [], items: [], statements: [] },
  ...{ allWaiting: 0, waiting: [] },
  day: {
    ...{ day: '2026-03-01', platforms: [], statements: [], storedValue: [], byHand: [], cash: [] },
  },
  paths: {
    ...{ other: '/o', dayBefore: '/b', dayAfter: '/a', ledgerOfDay: '/d', ledgerOfMonth: '/m' },
  },
}

const pageOf = async (view: Partial<FinanceView>, locale: 'en' | 'zh' = 'en') =>
  String(await FinancePage({ view: { ...VIEW, ...view }, locale }))
const headline = async (view: Partial<FinanceView>) =>
  /<h1>(.*?)<\/h1>/.exec(await pageOf(view))?.[1]

describe('the headline of the finance page', () => {
  it.each([
    ['nothing was compared', { coverage: [never] }, 'Nothing has been compared yet'],
    ['no platform is there', { coverage: [] }, 'Nothing has been compared yet'],
    ['all that was compared agrees', {}, 'What was compared agrees'],
    [
      'a statement is awaited',
      { coverage: [{ ...done, waiting: ['2026-02-28'] }] },
      'No difference is open; a statement is awaited',
    ],
    [
      'statements are missing',
      { coverage: [{ ...done, waiting: ['2026-03-01'], missing: ['2026-02-27', '2026-02-28'] }] },
      'No difference is open, but 2 statements are missing',
    ],
    ['differences are open', { coverage: [never], openItems: 2 }, '2 differences are open'],
  ])('says where %s', async (_, view, says) => {
    expect(await headline(view)).toBe(says)
  })
})

describe('what waits for a decision', () => {
  const one = {
    ...{ kind: 'REMITTANCE_CLAIMED' as const, party: 'express', reference: 'REM-<1>', code: null },
    ...{ orderNo: null, money: { amount: 128_646, currency: 'CNY' }, notBy: null },
    ...{ since: '2026-03-01T02:00:00.000Z', ageDays: 1 },
    answers: [
      { operation: 'confirmRemittance', path: '/v1/finance/remittances/r1/confirm' },
      { operation: 'rejectRemittance', path: '/v1/finance/remittances/r1/reject' },
    ],
  }
  const textOf = async (view: Partial<FinanceView>, locale: 'en' | 'zh' = 'en') =>
    (await pageOf(view, locale)).replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

  it('is said to be nothing where nothing waits, and the headline is silent', async () => {
    expect(await textOf({})).toContain('Waiting for a decision Nothing waits for a decision.')
    expect(await textOf({}, 'zh')).toContain('待决定 没有待决定的事项。')
    expect(await textOf({})).not.toMatch(/matters? waits? for a decision/)
  })

  it('is told with whom it is of, its sum, its age, and the requests that answer it', async () => {
    const text = await textOf({ allWaiting: 1, waiting: [one] })
    expect(text).toContain('1 matter waits for a decision')
    expect(text).toMatch(
      /A carrier says that it has paid over CNY 1,286\.46 express · REM-&lt;1&gt; 1 day · 1 Mar 02:00/,
    )
    const answers = text.replaceAll(/(?<=\/) /g, '')
    expect(answers).toContain(
      'POST /v1/finance/remittances/r1/confirm POST /v1/finance/remittances/r1/reject',
    )
  })

  it('names each address once, with all that it takes, and who may not', async () => {
    const path = '/v1/tasks/o-k1/resolve'
    const task = (action: string) => ({ operation: 'resolveTask', path, body: { action } })
    const answers = [task('approve'), task('reject')]
    const wish = { ...one, kind: 'REFUND_APPROVAL' as const, notBy: 'finance-1', answers }
    const text = (await textOf({ waiting: [wish] }, 'zh')).replaceAll(/(?<=\/) /g, '')
    expect(text).toContain('补偿退款：待第二人')
    expect(text).toContain('须由 finance-1 以外的人处理')
    expect(text.split(path)).toHaveLength(2)
    expect(text).toMatch(/approve.*reject/)
  })

  it('is some of it at once, and leads to the rest', async () => {
    const paths = { ...VIEW.paths, moreWaiting: '/finance?waiting=x' }
    const page = await pageOf({ allWaiting: 21, waiting: [one], paths })
    expect(page).toContain('<a href="/finance?waiting=x">What waits after these</a>')
    expect(page).toContain('21 matters wait for a decision')
    expect(await pageOf({ waiting: [one] })).not.toContain('What waits after these')
  })
})

const NOTHING = { captured: 0, refunded: 0, disputed: 0, returned: 0, fees: 0, net: 0 }
const moved = { ...NOTHING, captured: 123_456, disputed: 100, net: 123_356 }

describe.each(LOCALES)('accounts in %s', (locale) => {
  const kinds = [
    ...ADJUSTMENT_KINDS.map((kind) => `adjustment:${kind}`),
    ...CONCESSIONS.map((kind) => `platform:${kind}`),
    ...PLATFORMS.map((platform) => `psp:${platform}`),
  ]
  it.each(kinds)('have a name beside %s', (account) => {
    expect(ACCOUNT_NAMES[locale]).toHaveProperty([account])
  })
})

describe('a day on the finance page', () => {
  const day = {
    ...VIEW.day,
    platforms: [
      { platform: 'stripe' as const, currency: 'CNY', ...moved },
      {
        ...{ platform: 'alipay' as const, currency: 'USD', ...moved, difference: 44 },
        statement: { ...moved, net: 123_400 },
      },
    ],
    byHand: [{ currency: 'CNY', refunded: 700 }],
  }

  it('has a block for each currency, with figures to the cent and what the statement has beyond our books', async () => {
    const text = (await pageOf({ day })).replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
    expect(text).toMatch(
      /CNY .*Stripe our books 1,234\.56 – 1\.00 – – 1,233\.56 statement not compared/,
    )
    expect(text).toMatch(/By hand, from the bank 0\.00 7\.00/)
    expect(text).toMatch(/USD .*Alipay .*statement .*1,234\.00 beyond our books 0\.44/)
  })

  it('says where a platform’s day is another calendar’s, and how far that has come', async () => {
    const statements = [
      { platform: 'stripe' as const, timeZone: 'UTC', phase: 'ahead' as const },
      { platform: 'alipay' as const, timeZone: 'Asia/Shanghai', phase: 'over' as const },
    ]
    const shown = { timeZone: 'Asia/Shanghai', day: { ...VIEW.day, statements } }
    const text = (await pageOf(shown, 'zh')).replaceAll(/<[^>]*>/g, '')
    expect(text).toContain('Stripe 按 UTC 日期 · 未开始')
    expect(text).toContain('支付宝 已结束 · 未对账')
    expect(text).toContain('当日无收支。')
  })
})
