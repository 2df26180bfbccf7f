import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import decodeQR from 'qr/decode.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, openPage } from '../support/browser.ts'
import { openShop } from './support.ts'
import type { Shop } from './support.ts'

const PHONE = { viewport: { width: 390, height: 844 } }
/** A page shows within this what the order's stream tells. Milliseconds. */
const WITHIN = { timeout: 15_000 }
const MIX = { tenders: [{ method: 'wallet', amount: 2000 }, { method: 'alipay' }] }

describe.skipIf(findBrowser() === undefined)('paying on an order’s page', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  /** An order that is to be paid from the wallet and by Alipay, or as `choice` says. */
  async function chosen(choice: object = MIX) {
    const order = await shop.order()
    const { customerId } = await order.state()
    const credit = {
      ...{ kind: 'wallet', amount: 2000, currency: 'CNY', reason: 'top_up' },
      reference: randomUUID(),
    }
    const path = `/v1/customers/${customerId}/wallet/credits`
    await shop.world.door.ask('POST', path, { as: { role: 'finance' }, body: credit })
    await shop.world.door.ask('POST', `/v1/orders/${order.id}/payments`, {
      as: { role: 'customer', subject: customerId },
      body: choice,
    })
    return order
  }
  const open = async (link: string, options = {}) => {
    const opened = await openPage(shop.browser, options)
    await opened.page.goto(link)
    return opened
  }
  const press = (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click()
  const shows = (page: Page, status: string) =>
    page.locator('#hero .pill').getByText(status, { exact: true }).waitFor(WITHIN)
  const parts = async (page: Page) => {
    const texts = await page.locator('#paying .part').allInnerTexts()
    return texts.map((text) => plain(text).split('\n').slice(0, 3))
  }
  const standing = async (order: Awaited<ReturnType<typeof chosen>>) =>
    (await order.state()).tenders.map(({ method, status }) => `${method} ${status}`)

  it('S1-3.2b goes on with each part of what was chosen, and gives up none', async () => {
    const order = await chosen()
    const { page, complaints } = await open(order.link)
    expect(await parts(page)).toMatchObject([
      ['Wallet', 'Set aside; taken once the rest is paid', 'CNY 20.00'],
      ['Alipay', 'To be paid', 'CNY 47.90'],
    ])
    expect(await page.locator('h1').innerText()).toMatch(/^Please pay by \d\d:\d\d/)
    expect(plain(await page.locator('.lead').innerText())).toContain('CNY 47.90 is open')
    await page.getByRole('link', { name: 'Pay with Alipay' }).click()
    await page.locator('button[value=pay]').click()
    await order.reach('its payment', ({ accepted }) => accepted)
    await page.goto(order.link)
    await shows(page, 'To be processed')
    expect(await page.locator('#paying').isVisible()).toBe(false)
    expect((await standing(order)).slice(1)).toEqual(['wallet captured', 'alipay captured'])
    expect(complaints).toEqual([])
  })

  it('opens what was chosen at placing, and draws a code that telephones read', async () => {
    const order = await shop.order({ method: 'wechatpay' })
    const { page, complaints } = await open(order.link, PHONE)
    await press(page, 'Continue to payment')
    const code = page.getByRole('img', { name: 'QR code to pay CNY 67.90 with WeChat Pay' })
    await code.waitFor(WITHIN)
    expect(decoded((await code.locator('path').last().getAttribute('d')) ?? '')).toMatch(
      /^weixin:\/\/wxpay\//,
    )
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await press(page, 'Pay (test)')
    await shows(page, 'To be processed')
    expect(complaints).toEqual([])
  })

  it('pays what is open otherwise, without a script, in Chinese and on a phone', async () => {
    const order = await chosen()
    const options = { ...PHONE, javaScriptEnabled: false, locale: 'zh-CN' }
    const { page } = await open(order.link, options)
    await page.locator('summary', { hasText: '换一种方式付款' }).click()
    await page.getByLabel('微信支付').check()
    await press(page, '确定')
    await page.getByRole('img', { name: '微信支付付款二维码，金额 ¥47.90' }).waitFor(WITHIN)
    expect(await parts(page)).toMatchObject([
      ['钱包余额', '已预留，其余款项付清后扣除', '¥20.00'],
      ['微信支付', '待付款', '¥47.90'],
      ['支付宝', '待付款', '¥47.90'],
    ])
    expect(await standing(order)).toContain('wallet authorized')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })

  it('takes up again after a decline what was let go for it', async () => {
    const tenders = [{ method: 'wallet', amount: 2000 }, { method: 'card' }] as const
    const order = await chosen({ tenders })
    await order.declined({ tenders })
    const { page } = await open(order.link)
    expect(await parts(page)).toEqual([
      ['Wallet', 'Set aside again when you go on', 'CNY 20.00'],
      ['Card', 'Declined; nothing was charged. You can try again.', 'CNY 47.90'],
    ])
    await press(page, 'Pay (test)')
    await shows(page, 'To be processed')
    expect((await standing(order)).slice(1)).toEqual([
      ...['wallet voided', 'card captured', 'wallet captured'],
    ])
    expect((await order.view()).tenders?.[2]).not.toHaveProperty('failureCode')
  })

  it('says so while a platform doesn’t answer, and asks again', async () => {
    const order = await shop.order({ method: 'wechatpay' })
    const { page } = await open(order.link)
    await order.fault({ target: 'payment', fault: 'server_error', operation: 'create', times: 99 })
    await press(page, 'Continue to payment')
    await page.locator('#told').getByText('We have your request').waitFor(WITHIN)
    await page.locator('#paying').getByText('We are asking').waitFor(WITHIN)
    await fetch(`${shop.world.sandbox.url}/sandbox/faults`, { method: 'DELETE' })
    await press(page, 'Ask again')
    await page.locator('svg.qr').waitFor(WITHIN)
  })

  it('keeps what is chosen on it, and where the keyboard is, while the order goes on', async () => {
    const order = await chosen({ method: 'alipay' })
    const { page } = await open(order.link)
    await page.getByText('Live', { exact: true }).waitFor(WITHIN)
    await page.locator('#otherwise summary').click()
    const radio = page.getByRole('radio', { name: 'WeChat Pay' })
    await radio.check()
    const { customerId } = await order.state()
    await shop.world.door.ask('POST', `/v1/orders/${order.id}/payments`, {
      as: { role: 'customer', subject: customerId },
      body: MIX,
    })
    await page.locator('#paying').getByText('Set aside; taken').waitFor(WITHIN)
    expect(await radio.isChecked()).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByRole('img', { name: 'QR code to pay CNY 47.90' }).waitFor(WITHIN)
  })

  it('is done by keyboard alone, and said aloud', async () => {
    const order = await chosen()
    const { page } = await open(order.link)
    await page.locator('#otherwise summary').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: 'Card' }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('radio', { name: 'WeChat Pay' }).isChecked()).toBe(true)
    await page.keyboard.press('Enter')
    await page.locator('svg.qr').waitFor(WITHIN)
    expect(plain(await page.locator('#said').innerText())).toContain(
      'WeChat Pay CNY 47.90: QR code to pay CNY 47.90 with WeChat Pay.',
    )
  })
})

/** Amounts are written with a space that doesn't break. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

/** What a reader of codes makes of its dark modules, a few pixels each. */
function decoded(path: string): string {
  const [scale, margin] = [4, 4]
  const dark = [...path.matchAll(/M(\d+) (\d+)h/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  )
  const size = (Math.max(...dark.map(([x]) => x)) + 1 + margin) * scale
  const data = new Uint8Array(size * size * 4).fill(255)
  for (const [x, y] of dark) {
    for (let row = 0; row < scale; row += 1) {
      const from = ((y * scale + row) * size + x * scale) * 4
      for (let i = 0; i < scale * 4; i += 1) data[from + i] = i % 4 === 3 ? 255 : 0
    }
  }
  return decodeQR({ width: size, height: size, data })
}
