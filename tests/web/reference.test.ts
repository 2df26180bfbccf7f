import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser, openPage } from '../support/browser.ts'
import { openShop } from './support.ts'
import type { Shop } from './support.ts'

/** The page is large, and machines are busy. Milliseconds. */
const PATIENCE = 20_000
const PHONE = { viewport: { width: 390, height: 844 } }

describe.skipIf(findBrowser() === undefined)('the API’s reference page', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  /** The page at one operation. */
  async function open(operation: string) {
    const opened = await openPage(shop.browser, PHONE)
    await opened.page.goto(`${shop.world.url}/reference#/${operation}`)
    return opened
  }

  it('asks with the key that it was given', async () => {
    const { id } = await shop.order()
    const { page, complaints } = await open('Orders/readOrder')
    await page.getByRole('button', { name: 'Authorize' }).click()
    const dialogue = page.locator('.auth-container', { hasText: 'bearer' })
    await dialogue.locator('input').fill(await shop.world.key('support'))
    await dialogue.getByRole('button', { name: 'Apply credentials' }).click()
    await page.locator('.close-modal').click()
    const operation = page.locator('#operations-Orders-readOrder')
    await operation.locator('input[placeholder="id"]').fill(id)
    await operation.getByRole('button', { name: 'Execute' }).click()
    const answer = operation.locator('.live-responses-table')

    await expect.poll(() => answer.innerText(), { timeout: PATIENCE }).toContain(`"id": "${id}"`)
    expect(complaints).toEqual([])
  })

  it('sends a new Idempotency-Key for its example, and fits a phone', async () => {
    const { page } = await open('Orders/cancel')
    const asked = page.waitForRequest((request) => request.method() === 'POST')
    await page.locator('#operations-Orders-cancel').getByRole('button', { name: 'Execute' }).click()
    const key = (await asked).headers()['idempotency-key']
    const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')

    expect(key).toMatch(/^[0-9a-f]{32}$/)
    expect(widths).toEqual([390, 390])
  })
})
