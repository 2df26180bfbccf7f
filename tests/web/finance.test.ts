import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey, revokeApiKey } from '../../db/access.ts'
import { noteDifference } from '../../db/finance-item.ts'
import { financeUrl, orderUrl } from '../../domain/link.ts'
import { dateIn } from '../../domain/zone.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { findBrowser, openPage } from '../support/browser.ts'
import { TODAY } from '../support/statement.ts'
import { openShop } from './support.ts'
import type { Shop } from './support.ts'

const DESKTOP = { viewport: { width: 1280, height: 900 } }
const PHONE = { viewport: { width: 390, height: 844 } }

/** A carrier's word of two parcels' cash. */
async function claim({ world }: Shop): Promise<void> {
  const key = await world.key('carrier', 'express')
  const lines = [
    { waybill: 'EX-1', amount: 5190 },
    { waybill: 'EX-2', amount: 123_456 },
  ]
  const told = { carrier: 'express', reference: 'REM-7', currency: 'CNY', lines }
  const { status } = await fetch(`${world.url}/v1/finance/remittances`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ ...told, at: new Date(Date.now() - 1000).toISOString() }),
  })
  expect(status).toBe(200)
}

describe.skipIf(findBrowser() === undefined)('the finance page', () => {
  let shop: Shop
  let link: string
  beforeAll(async () => {
    shop = await openShop()
    const order = await shop.order()
    await order.paid()
    const keys = { publicUrl: shop.world.url, linkKey: SECRETS.linkKey }
    await createApiKey(shop.world.db, { id: 'books', role: 'finance' })
    link = financeUrl(keys, { keyId: 'books', at: Date.now() }).url
    await claim(shop)
    await shop.world.db.begin((tx) =>
      noteDifference(
        tx,
        {
          ...{ key: 'stripe:capture:x', kind: 'MISSING_HERE', party: 'stripe' },
          ...{ movement: 'capture', reference: 'pi_<b>x', refundReference: '', day: TODAY },
          ...{ orderId: undefined, expected: undefined, suspends: true },
          actual: { amount: 12_345, currency: 'CNY' },
        },
        new Date().toISOString(),
      ),
    )
  })
  afterAll(() => shop.close())

  async function open(url: string, options: Parameters<typeof openPage>[1] = DESKTOP) {
    const opened = await openPage(shop.browser, { ...options, javaScriptEnabled: false })
    const response = await opened.page.goto(url)
    return { ...opened, status: response?.status() }
  }

  it('shows balances, a day’s totals, and what differs with its owner and age', async () => {
    const { page, complaints } = await open(`${link}&lang=en&day=${dateIn('UTC', new Date())}`)
    const text = (selector: string) => page.locator(selector).innerText()
    expect(await text('h1')).toBe('1 difference is open')
    expect(await text('#headline')).toContain('In every currency debits are credits.')
    expect(await text('#coverage tbody')).toMatch(/Stripe.*UTC.*not yet.*Alipay.*Asia\/Shanghai/s)
    expect(await text('#items tbody')).toMatch(
      /Not in our books.*payment · Stripe.*pi_<b>x.*123\.45.*nobody yet.*0 days/s,
    )
    expect(await text('#day .phases')).toMatch(/Stripe days in UTC · under way/)
    expect(await text('#day tbody')).toMatch(
      /Stripe\s+our books\s+\d+\.\d\d.*statement\s+not compared/s,
    )
    expect(await text('#balances tbody')).toMatch(/Not placed yet\s+suspense.*123\.45/s)
    expect(await text('#balances tfoot')).toMatch(/Total\s+(\S+)\s+\1\s+0\.00/)
    expect(complaints).toEqual([])
  })

  it('shows what waits for a decision, and the requests that answer it, and has nothing to press', async () => {
    const { page, complaints } = await open(`${link}&lang=en`)
    await page.locator('#headline a').click()
    expect(await page.locator('#waiting h2').innerText()).toBe('Waiting for a decision')
    const [claim = '', ...others] = await page.locator('.matters > li').allInnerTexts()
    expect(others).toEqual([])
    expect(claim).toMatch(/A carrier says that it has paid over\s+CNY\s1,286\.46\s+express · REM-7/)
    const requests = await page.locator('.answers code').allInnerTexts()
    expect(requests).toEqual([
      expect.stringMatching(/^POST \/v1\/finance\/remittances\/\w+\/confirm$/),
      expect.stringMatching(/^POST \/v1\/finance\/remittances\/\w+\/reject$/),
    ])
    expect(await page.locator('form, button, input, script').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it.each([
    ['a phone', PHONE],
    ['a desktop', DESKTOP],
  ])('shows all of what waits on %s without moving sideways', async (_, options) => {
    const { page } = await open(`${link}&lang=zh`, options)
    const box = await page.locator('#waiting').boundingBox()
    const pieces = await page.locator('#waiting h3, #waiting .amount, #waiting code').all()
    expect(pieces.length).toBeGreaterThan(3)
    for (const piece of pieces) {
      const { x = -1, width = 0 } = (await piece.boundingBox()) ?? {}
      expect(x).toBeGreaterThanOrEqual(box?.x ?? Infinity)
      expect(x + width).toBeLessThanOrEqual((box?.x ?? 0) + (box?.width ?? 0))
    }
  })

  it('speaks Chinese, too', async () => {
    const { page } = await open(`${link}&lang=zh`)
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    expect(await page.locator('h1').innerText()).toBe('1 项差异未结')
    expect(await page.locator('#balances tbody').innerText()).toMatch(/应收客户款\s+receivable/)
    await page.locator('#language').click()
    expect(await page.locator('h1').innerText()).toBe('1 difference is open')
  })

  it('leads to the ledger as CSV', async () => {
    const today = dateIn('Asia/Shanghai', new Date())
    const { page } = await open(`${link}&lang=en&day=${today}`)
    const href = (await page.locator('#balances a').first().getAttribute('href')) ?? ''
    const answer = await fetch(new URL(href, shop.world.url))
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const lines = (await answer.text()).trimEnd().split('\r\n')
    expect(lines[0]).toBe('posting,line,at,kind,order,account,side,amount,currency,merchant')
    expect(lines.some((line) => line.includes('psp:stripe'))).toBe(true)
  })

  it.each([
    ['a phone', PHONE],
    ['a desktop', DESKTOP],
  ])('fits %s', async (_, options) => {
    const { page } = await open(link, options)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width)
  })

  it('on a phone has tables that scroll inside their boxes, and says so', async () => {
    const { page } = await open(`${link}&lang=en`, PHONE)
    const box = page.locator('#items .scroll')
    const { hidden, moved } = await box.evaluate((one) => {
      one.scrollLeft = 10_000
      return { hidden: one.scrollWidth - one.clientWidth, moved: one.scrollLeft }
    })
    expect(hidden).toBeGreaterThan(0)
    expect(moved).toBe(hidden)
    expect(await page.locator('#items .sideways').isVisible()).toBe(true)
    const wide = await open(`${link}&lang=en`)
    expect(await wide.page.locator('#items .sideways').isVisible()).toBe(false)
  })

  it('has headings that go down one level at a time', async () => {
    const { page } = await open(link)
    const levels = await page
      .locator('h1, h2, h3, h4')
      .evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))))
    expect(levels[0]).toBe(1)
    expect(levels.every((level, i) => level - (levels[i - 1] ?? 0) <= 1)).toBe(true)
  })

  it('opens to nobody else: without a token, with an order’s, with one that is over, or whose key is revoked', async () => {
    const keys = { publicUrl: shop.world.url, linkKey: SECRETS.linkKey }
    const token = new URL(orderUrl(keys, 'o', Date.now())).searchParams.get('token')
    const over = financeUrl(keys, { keyId: 'books', at: Date.now() - 13 * 60 * 60_000 }).url
    await createApiKey(shop.world.db, { id: 'left', role: 'finance' })
    await shop.world.db.begin((tx) => revokeApiKey(tx, 'left'))
    const left = financeUrl(keys, { keyId: 'left', at: Date.now() }).url
    for (const url of [
      `${shop.world.url}/finance`,
      `${shop.world.url}/finance?token=${token}`,
      over,
      left,
    ]) {
      const { page, status } = await open(`${url}${url.includes('?') ? '&' : '?'}lang=en`)
      expect(status).toBe(401)
      expect(await page.locator('h1').innerText()).toBe('This link opens nothing any more')
    }
    expect((await fetch(`${shop.world.url}/finance/ledger.csv`)).status).toBe(401)
  })
})
