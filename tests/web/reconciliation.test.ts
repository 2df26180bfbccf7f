import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeReport } from '../../scripts/replay/write-report.ts'
import type { Reconciliation } from '../../web/reconciliation-view.ts'
import { findBrowser, openBrowser, openPage } from '../support/browser.ts'
import { arrived, card, logged, planned, reconciled, unit } from '../unit/reconcile-builders.ts'

const PHONE = { viewport: { width: 390, height: 844 } }
const DESKTOP = { viewport: { width: 1280, height: 900 } }

/** As many merchants as a large log has, with an oddity and an adjustment each. */
const PLANS = Array.from({ length: 3000 }, (_, i) =>
  planned(
    logged({
      reference: `<b>order ${i}`,
      units: [unit({ merchantId: `merchant-${i}` })],
      tenders: [card(5889)],
    }),
    { oddities: [{ kind: 'no_delivery_clock', taken: '2018-03-19T02:00:00.000Z' }] },
  ),
)

const found = reconciled(
  PLANS,
  PLANS.map((plan) => arrived(plan)),
)

const wrong = reconciled(PLANS.slice(0, 3), [
  ...PLANS.slice(0, 2).map((plan) => arrived(plan)),
  ...PLANS.slice(2, 3).map((plan) => arrived(plan, { status: 'closed' })),
])

describe.skipIf(findBrowser() === undefined)('the page of a reconciliation', () => {
  let browser: Browser
  let folder: string
  beforeAll(async () => {
    browser = await openBrowser()
    folder = await mkdtemp(join(tmpdir(), 'longhaul-report-'))
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true })
  })

  async function open(one: Reconciliation, { anchor = '', ...options }: Options = {}) {
    const { html } = await writeReport(one, await mkdtemp(join(folder, 'report-')))
    const opened = await openPage(browser, options)
    await opened.page.goto(`${pathToFileURL(html).href}${anchor}`)
    return opened
  }
  type Options = Parameters<typeof openPage>[1] & { anchor?: string }

  it('says first that it is reconciled, then the figures of both sides', async () => {
    const { page, complaints } = await open(found, DESKTOP)
    const goods = page.locator('#figures tr', { hasText: 'goods' }).first()
    expect(await page.locator('h1').innerText()).toBe('Reconciled to the cent')
    expect(await goods.innerText()).toMatch(/goods\s+150,000\.00\s+150,000\.00\s+=/)
    expect(await page.locator('.stops').count()).toBe(0)
    expect(await page.locator('#verdict').innerText()).toContain(
      '3,000 orders hold adjustments of -30.00 in all.',
    )
    expect(complaints).toEqual([])
  })

  it('shows what is unexplained open, in red, before the figures', async () => {
    const { page } = await open(wrong, DESKTOP)
    const row = page.locator('#unexplained tbody tr')
    const title = 'getComputedStyle(document.querySelector("#unexplained h2")).color'
    expect(await row.innerText()).toMatch(/Delivered\s+Closed, nothing delivered/)
    expect(await row.isVisible()).toBe(true)
    expect(await page.evaluate(title)).toBe('rgb(163, 38, 42)')
    expect(await page.locator('#unexplained ~ #figures').count()).toBe(1)
  })

  it.each([
    ['a phone', PHONE],
    ['a desktop', DESKTOP],
  ])('fits %s, its tables scroll inside their boxes', async (_, options) => {
    const { page } = await open(wrong, options)
    const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
    const { width } = options.viewport
    expect(widths).toEqual([width, width])
  })

  it('says beside the verdict what never came in, and lists it', async () => {
    const facts = { reference: 'o-9', status: 'unavailable', reason: 'no_payments' }
    const unusable = [{ ...facts, goods: 5000, freight: 890, paid: 0 }]
    const { page } = await open({ ...wrong, scope: { ...wrong.scope, unusable } }, DESKTOP)
    const row = page.locator('#unusable tbody tr')
    expect(await page.locator('#verdict').innerText()).toContain(
      '1 order of the log can’t be brought in: goods 50.00, freight 8.90, paid 0.00.',
    )
    await page.locator('#unusable summary').click()
    await expect.poll(() => row.innerText()).toMatch(/nothing was paid\s+50\.00\s+8\.90\s+0\.00/)
  })

  it('changes its colours in the dark', async () => {
    const { page } = await open(found, { ...DESKTOP, colorScheme: 'dark' })
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(ground).toBe('rgb(16, 20, 18)')
  })

  it('unfolds the row that an address names, as text', async () => {
    const reference = '<b>order 2999'
    const anchor = `#oddity-${encodeURIComponent(reference)}`
    const { page } = await open(found, { ...DESKTOP, anchor })
    const row = page.locator('#oddities tr', { hasText: reference })
    await expect.poll(() => row.isVisible()).toBe(true)
    expect(await page.locator(':target').innerText()).toContain(reference)
    expect(await page.locator('td b, th b').count()).toBe(0)
  })

  it('folds all but the largest of thousands of merchants', async () => {
    const { page } = await open(found, DESKTOP)
    const rows = page.locator('#merchants tbody tr')
    expect(await rows.count()).toBe(3000)
    expect(await rows.locator('visible=true').count()).toBe(10)
    await page.locator('#merchants summary', { hasText: '2,990 more' }).click()
    await expect.poll(() => rows.last().isVisible()).toBe(true)
  })
})
