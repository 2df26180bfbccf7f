import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, openPage } from '../support/browser.ts'
import { openShop } from './support.ts'
import type { Shop } from './support.ts'

describe.skipIf(findBrowser() === undefined)('the mailbox’s page', () => {
  let shop: Shop
  let mailbox: string
  beforeAll(async () => {
    shop = await openShop()
    mailbox = `${shop.world.sandbox.url}/mailbox`
  })
  afterAll(() => shop.close())

  it('shows a mail as it comes, and its link opens the order’s page', async () => {
    const { page, complaints } = await openPage(shop.browser)
    await page.goto(mailbox)
    await page.getByText('No mail yet').waitFor()
    const order = await shop.order()
    await order.paid()
    await page.getByRole('heading', { name: `Order ${order.no} is confirmed` }).waitFor()
    const opened = page.context().waitForEvent('page')
    await page.frameLocator('iframe').getByRole('link', { name: 'View order' }).click()
    const tracking = await opened
    expect(await tracking.locator('.eyebrow').innerText()).toContain(order.no)
    expect(complaints).toEqual([])
  })

  it('fits a phone', async () => {
    const { page } = await openPage(shop.browser, { viewport: { width: 390, height: 844 } })
    await page.goto(mailbox)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })

  it('is for browsers only: programs get JSON', async () => {
    for (const accept of ['application/json', '*/*']) {
      const answer = await fetch(mailbox, { headers: { accept } })
      expect(answer.headers.get('content-type')).toContain('application/json')
    }
  })
})
