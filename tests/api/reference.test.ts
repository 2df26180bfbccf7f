import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { findChromium } from '../support/chromium.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { listen, makeKeys, openApi, place } from './support.ts'
import type { Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

describe('the reference page', () => {
  it('is where the root leads', async () => {
    const { status, headers } = await api.ask('GET', '/')
    expect([status, headers.get('location')]).toEqual([302, '/reference'])
  })

  it('allows its own scripts and styles only, and whatever it loads comes from here', async () => {
    const { headers, text } = await api.ask('GET', '/reference')
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self' 'sha256-")
    expect(policy).not.toContain('unsafe')
    for (const [, address = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const { status } = await api.ask('GET', address)
      expect([address, status]).toEqual([address, 200])
    }
  })

  it('has assets that are kept for ever, because their address holds their version', async () => {
    const { text } = await api.ask('GET', '/reference')
    const [, style = ''] = /href="([^"]+\.css)"/.exec(text) ?? []
    const headers = { 'accept-encoding': 'gzip' }
    const answer = await api.app.request(style, { headers })

    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect((await api.ask('GET', style.replace(/[^/]+$/, 'package.json'))).status).toBe(404)
  })
})

const executablePath = findChromium()

describe.skipIf(executablePath === undefined)('in a browser, the reference page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox'],
    })
  })
  afterAll(() => browser.close())

  /** The page at one operation, with whatever its browser complained of. */
  async function open(operation: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('requestfailed', (request) => complaints.push(request.url()))
    await page.goto(`${await listen(api)}/reference#/${operation}`)
    return { page, complaints }
  }

  it('asks with the key that it was given', async () => {
    const { id } = await place({ world, api, key: keys.customer })
    const { page, complaints } = await open('Orders/readOrder')
    await page.getByRole('button', { name: 'Authorize' }).click()
    const dialogue = page.locator('.auth-container', { hasText: 'bearer' })
    await dialogue.locator('input').fill(keys.customer)
    await dialogue.getByRole('button', { name: 'Apply credentials' }).click()
    await page.locator('.close-modal').click()
    const operation = page.locator('#operations-Orders-readOrder')
    await operation.locator('input[placeholder="id"]').fill(id)
    await operation.getByRole('button', { name: 'Execute' }).click()
    const answer = operation.locator('.live-responses-table')

    await expect.poll(() => answer.innerText()).toContain(`"id": "${id}"`)
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
