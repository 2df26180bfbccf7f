import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, openPage } from '../support/browser.ts'
import { openShop } from './support.ts'
import type { Shop } from './support.ts'

/** A page shows within this what the order's stream tells, after a stream's first pause too. Milliseconds. */
const WITHIN = { timeout: 20_000 }
const NOTICE = '<main id="order"><section class="card notice"><h1>Gone</h1></section></main>'

describe.skipIf(findBrowser() === undefined)('when something is away, an order’s page', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  async function open(wishes = {}) {
    const order = await shop.order(wishes)
    const { page } = await openPage(shop.browser)
    await page.goto(order.link)
    await page.getByText('Live', { exact: true }).waitFor(WITHIN)
    return { order, page }
  }
  const shows = (page: Page, status: string) =>
    page.locator('#hero .pill').getByText(status, { exact: true }).waitFor(WITHIN)
  const press = (page: Page) => page.getByRole('button', { name: 'Pay (test)' }).click()
  const alert = (page: Page) => page.getByRole('alert')
  const notice = (status: number) => (route: Route) =>
    route.fulfill({ status, contentType: 'text/html', body: NOTICE })

  it('says that a button got no answer, asks once only, and follows on', async () => {
    const { order, page } = await open()
    let asked = 0
    await page.route('**/pay-test?**', (route) => {
      asked += 1
      return route.abort()
    })
    await press(page)
    await alert(page).getByText('We could not answer just now').waitFor(WITHIN)
    expect(asked).toBe(1)
    await order.paid()
    await shows(page, 'To be processed')
    expect(await alert(page).innerText()).toBe('')
  })

  it('says that a button met trouble of ours, and follows on', async () => {
    const { order, page } = await open()
    await page.route('**/pay-test?**', notice(503))
    await press(page)
    await alert(page).getByText('We could not answer just now').waitFor(WITHIN)
    await order.paid()
    await shows(page, 'To be processed')
  })

  it('gives way to the notice that a button is answered with', async () => {
    const { page } = await open()
    await page.route('**/pay-test?**', notice(401))
    await press(page)
    await page.getByRole('heading', { name: 'Gone' }).waitFor(WITHIN)
    expect(await page.locator('#live').isHidden()).toBe(true)
  })

  it('stops asking once its link opens nothing any more', async () => {
    const order = await shop.order()
    const { page } = await openPage(shop.browser)
    await page.clock.install()
    const asked = { stream: 0, page: 0 }
    await page.route('**/stream?**', (route) => {
      asked.stream += 1
      return route.fulfill({ status: 401 })
    })
    await page.route(`**/orders/${order.id}?**`, (route) => {
      asked.page += 1
      return asked.page === 1 ? route.continue() : notice(401)(route)
    })
    await page.goto(order.link)
    await page.getByRole('heading', { name: 'Gone' }).waitFor(WITHIN)
    await page.clock.runFor('05:00')
    expect(asked).toEqual({ stream: 1, page: 2 })
  })

  it('opens its stream again, each time later, as long as the page itself is there', async () => {
    const order = await shop.order()
    const { page } = await openPage(shop.browser)
    await page.clock.install()
    let asked = 0
    await page.route('**/stream?**', (route) => {
      asked += 1
      return asked === 3 ? route.continue() : route.fulfill({ status: 503 })
    })
    await page.goto(order.link)
    for (const [times, pause] of [
      [1, 5_000],
      [2, 10_000],
    ] as const) {
      await expect.poll(() => asked, WITHIN).toBe(times)
      await page.clock.runFor(pause - 1_000)
      expect(asked).toBe(times)
      await page.clock.runFor(1_000)
    }
    await page.getByText('Live', { exact: true }).waitFor(WITHIN)
  })

  it('goes on at its own address after a refusal without a script', async () => {
    const order = await shop.order()
    await order.paid()
    const { page } = await openPage(shop.browser)
    // The script comes late: the first press is the browser's own.
    await page.route('**/follow.js', (route) => route.abort())
    await page.goto(order.link)
    await order.shipped()
    await page.unroute('**/follow.js')
    await page.locator('summary', { hasText: 'Cancel order' }).click()
    await page.getByRole('button', { name: 'Cancel order' }).click()
    await alert(page).getByText('has left the warehouse').waitFor(WITHIN)
    expect(new URL(page.url()).pathname).toBe(`/orders/${order.id}/cancel`)
    await order.delivered()
    await shows(page, 'Delivered')
    expect(await alert(page).innerText()).toBe('')
  })

  it('says that the test card was declined', async () => {
    const { order, page } = await open()
    await order.fault({ target: 'payment', fault: 'decline' })
    await press(page)
    await alert(page).getByText('The card was declined').waitFor(WITHIN)
  })
})
