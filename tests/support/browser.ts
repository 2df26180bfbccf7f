import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { BrowserFiles } from './browser-download.ts'

/** Where the set-up tells the processes that run tests of their browser. */
const VARIABLE = 'LONGHAUL_TEST_BROWSER'

export const tellBrowser = (files: BrowserFiles): void => {
  process.env[VARIABLE] = JSON.stringify(files)
}

/** The Chromium for tests of pages; undefined where none is to be had. */
export function findBrowser(): BrowserFiles | undefined {
  const told = process.env[VARIABLE]
  return told === undefined ? undefined : (JSON.parse(told) as BrowserFiles)
}

/** The browser of a test file. */
export async function openBrowser(): Promise<Browser> {
  const files = findBrowser()
  if (files === undefined) throw new Error('no browser')
  // Tests run as root too, where Chromium has no sandbox of its own.
  const args = ['--no-sandbox', '--disable-dev-shm-usage']
  return chromium.launch({ executablePath: files.path, args, env: environmentOf(files) })
}

function environmentOf({ libraries, fontConfig }: BrowserFiles): Record<string, string> {
  const own = process.env as Record<string, string>
  return {
    ...own,
    ...(libraries !== undefined && { LD_LIBRARY_PATH: libraries }),
    ...(fontConfig !== undefined && { FONTCONFIG_FILE: fontConfig }),
  }
}

/** A page of its own for one test, and what its console complains about: errors and broken policies. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  onTestFinished(() => context.close())
  const complaints: string[] = []
  const page = await context.newPage()
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text())
  })
  return { page, complaints }
}
