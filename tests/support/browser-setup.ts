import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import { fetchBrowser } from './browser-download.ts'
import { tellBrowser } from './browser.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const WAYS =
  'Put Chromium or Chrome on the PATH, name one by CHROMIUM_PATH, or run `npx playwright-core install chromium`.'

/** A browser of this machine, or one fetched once. Without any, tests of pages are skipped, but never in CI. */
export default async function setup(): Promise<void> {
  const path = named() ?? onPath() ?? cached()
  if (path !== undefined) return tellBrowser({ path })
  try {
    tellBrowser(await fetchBrowser())
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `No browser for tests/web: ${reason}. ${WAYS}`
    if (process.env['CI'] !== undefined) throw new Error(message, { cause: error })
    console.warn(`${message} They are skipped.`)
  }
}

function named(): string | undefined {
  const path = process.env['CHROMIUM_PATH']
  if (path !== undefined && !canRun(path)) throw new Error(`CHROMIUM_PATH: ${path} can’t be run.`)
  return path
}

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun)
}

/** What Playwright itself has installed. */
function cached(): string | undefined {
  const path = chromium.executablePath()
  return existsSync(path) ? path : undefined
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
