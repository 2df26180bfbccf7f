import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, openPage } from '../support/browser.ts'
import { DAYS } from '../support/time.ts'
import { openShop } from './support.ts'
import type { Shop } from './support.ts'

const PHONE = { viewport: { width: 390, height: 844 } }
const DESKTOP = { viewport: { width: 1280, height: 800 } }
/** A page shows within this what the order's stream tells. Milliseconds. */
const WITHIN = { timeout: 15_000 }
const BOTH = { lines: [{ sku: 'tea', quantity: 2 }, { sku: 'tray' }] }

describe.skipIf(findBrowser() === undefined)('an order’s page', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  const open = async (link: string, options = {}) => {
    const opened = await openPage(shop.browser, options)
    await opened.page.goto(link)
    return opened
  }
  const shows = (page: Page, status: string) =>
    page.locator('#hero .pill').getByText(status, { exact: true }).waitFor(WITHIN)
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click()

  it('follows an order from payment to completion without a reload (S0-2.3, S0-1.1)', async () => {
    const order = await shop.order(BOTH)
    const { page, complaints } = await open(order.link)
    await page.evaluate('globalThis.stayed = true')
    await shows(page, 'Awaiting payment')
    await press(page, 'Pay (test)')
    await shows(page, 'To be processed')
    await order.packed()
    await shows(page, 'Awaiting pick-up by the carrier')
    await order.shipped()
    await shows(page, 'In delivery')
    await order.delivered()
    await shows(page, 'Delivered')
    await press(page, 'Confirm receipt')
    await shows(page, 'Completed')
    await page.locator('#happened').getByText('You confirmed the receipt').waitFor(WITHIN)
    expect(await page.evaluate('globalThis.stayed')).toBe(true)
    expect(complaints).toEqual([])
  })

  it('shows each parcel with its carrier, its waybill and where it was seen (S1-1.4)', async () => {
    const order = await shop.order(BOTH)
    await order.shipped()
    const { page } = await open(order.link)
    for (const { id, waybill = '', trackingUrl } of (await order.state()).parcels) {
      const parcel = page.locator(`#parcel-${id}`)
      const link = parcel.getByRole('link', { name: waybill })
      expect(await link.getAttribute('href')).toBe(trackingUrl)
      await parcel.locator('.scans').getByText('Picked up by the carrier').waitFor()
    }
    expect(await page.locator('.delivery h3').allInnerTexts()).toEqual([
      expect.stringContaining('Aurora Tea'),
      expect.stringContaining('Bamboo Works'),
    ])
  })

  it('speaks Chinese to whoever prefers or chooses it', async () => {
    const order = await shop.order()
    const { page } = await open(order.link, { locale: 'zh-CN' })
    await shows(page, '待支付')
    expect(await page.locator('h1').innerText()).toMatch(/^请在(今天|明天) \d\d:\d\d 前付款$/)
    await page.getByRole('link', { name: 'English' }).click()
    await shows(page, 'Awaiting payment')
    expect(await page.locator('html').getAttribute('lang')).toBe('en-GB')
    await page.getByRole('link', { name: '中文' }).click()
    await shows(page, '待支付')
  })

  it.each([PHONE, DESKTOP])('fits a screen of $viewport.width pixels', async (options) => {
    const order = await shop.order(BOTH)
    await order.packed()
    const { page } = await open(order.link, options)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width)
  })

  it('moves the order’s clock ahead, until the order completes by itself (S0-3.5a)', async () => {
    const order = await shop.order()
    await order.delivered()
    const { page, complaints } = await open(order.link)
    const clock = async () =>
      Date.parse((await page.locator('#order-time p time').getAttribute('datetime')) ?? '')
    const before = await clock()
    await press(page, '+1 day')
    await expect.poll(clock, WITHIN).toBeGreaterThanOrEqual(before + DAYS)
    await press(page, 'To the next deadline')
    await shows(page, 'Completed')
    await page.locator('#happened').getByText('The order completed by itself').waitFor(WITHIN)
    expect(complaints).toEqual([])
  })

  it('cancels after a question, and shows the money going back', async () => {
    const order = await shop.order()
    await order.paid()
    const { page } = await open(order.link, PHONE)
    await page.locator('summary', { hasText: 'Cancel order' }).click()
    await press(page, 'Cancel order')
    await shows(page, 'Cancelled')
    await page.locator('#hero').getByText('was paid back to you').waitFor(WITHIN)
  })

  it('says in words why something can’t be done any more', async () => {
    const order = await shop.order()
    await order.paid()
    // Without a script the page still shows what the order has left behind.
    const { page } = await open(order.link, { javaScriptEnabled: false })
    await order.shipped()
    await page.locator('summary', { hasText: 'Cancel order' }).click()
    await press(page, 'Cancel order')
    expect(await page.getByRole('alert').innerText()).toContain('has left the warehouse')
    await shows(page, 'In delivery')
  })

  it('is complete without a script, buttons included', async () => {
    const order = await shop.order()
    await order.delivered()
    const { page } = await open(order.link, { javaScriptEnabled: false })
    await shows(page, 'Delivered')
    expect(await page.locator('#happened li').count()).toBeGreaterThan(5)
    await press(page, 'Confirm receipt')
    await shows(page, 'Completed')
    expect(new URL(page.url()).pathname).toBe(`/orders/${order.id}`)
  })

  it('keeps focus and folds while it changes, and says aloud what is new', async () => {
    const order = await shop.order()
    await order.packed()
    const { page } = await open(order.link)
    await page.locator('#earlier summary').click()
    await order.shipped()
    await shows(page, 'In delivery')
    expect(await page.locator('#earlier[open] summary:focus').count()).toBe(1)
    expect(await page.locator('#said').innerText()).toContain('Your parcel is on the way')
  })

  it('says when it can’t follow, and goes on by itself', async () => {
    const order = await shop.order()
    const { page } = await openPage(shop.browser)
    await page.route('**/stream?**', (route) => route.abort())
    await page.goto(order.link)
    await page.getByText('Reconnecting…').waitFor(WITHIN)
    await page.unroute('**/stream?**')
    await page.getByText('Live', { exact: true }).waitFor(WITHIN)
    await order.paid()
    await shows(page, 'To be processed')
  })

  it.each(['', '?token=wrong', '?token=lh_wrong'])('is closed to the link "%s"', async (query) => {
    const order = await shop.order()
    const { page } = await openPage(shop.browser)
    const answer = await page.goto(`${shop.world.url}/orders/${order.id}${query}`)
    expect(answer?.status()).toBe(401)
    expect(await page.locator('h1').innerText()).toBe('This link doesn’t open an order')
  })

  it('gives its address to nobody, and shows nothing of the person', async () => {
    const order = await shop.order()
    const answer = await fetch(order.link)
    const text = await answer.text()
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'/),
    })
    const { customerId } = await order.state()
    for (const word of ['李雷', '13800138000', '科技园路', order.email, customerId])
      expect(text).not.toContain(word)
  })
})
