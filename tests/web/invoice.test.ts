import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, openPage } from '../support/browser.ts'
import { openShop } from './support.ts'
import type { Shop } from './support.ts'

/** Invoices are no events of the order, so their page is opened anew. Milliseconds. */
const PATIENCE_MS = 30_000

describe.skipIf(findBrowser() === undefined)('an order’s page', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  it('links to the order’s invoices, which open with nothing but the link', async () => {
    const order = await shop.order()
    await order.paid()
    const { customerId = '' } = await order.view()
    const as = { role: 'customer' as const, subject: customerId }
    const title = { kind: 'personal', name: '李雷' }
    await shop.world.door.ask('POST', `/v1/orders/${order.id}/invoices`, { as, body: title })

    const { page, complaints } = await openPage(shop.browser, {})
    const links = page.locator('#summary').getByRole('link')
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      await page.goto(order.link)
      if ((await links.count()) === 2) break
    }
    expect(await links.allInnerTexts()).toEqual([
      expect.stringContaining('Aurora'),
      expect.stringContaining('Longhaul'),
    ])
    const href = await links.first().getAttribute('href')
    const pdf = await fetch(new URL(href ?? '', order.link))
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect((await pdf.text()).slice(0, 5)).toBe('%PDF-')
    expect(complaints).toEqual([])
  })
})
