import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { html } from 'hono/html'
import { jsx } from 'hono/jsx'
import type { Reconciliation } from '../../web/reconciliation-view.ts'
import { ReconciliationPage } from '../../web/reconciliation.tsx'
import { SetupError } from '../embedded/setup-error.ts'

/** In the order in which they take effect. */
const STYLES = ['page.css', 'reconciliation.css']

/** Make a report's folder where it isn't there. Throws SetupError where nothing can be written into it. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new SetupError(
      `The folder ${folder} can't be written (${reason}).`,
      'Name another one with --report.',
    )
  }
}

/** Write `report.json` and `report.html` into `folder`; answers with their paths. */
export async function writeReport(
  found: Reconciliation,
  folder: string,
): Promise<{ json: string; html: string }> {
  const paths = { json: join(folder, 'report.json'), html: join(folder, 'report.html') }
  const page = await pageOf(found)
  await writeFile(paths.json, `${JSON.stringify(found, null, 2)}\n`)
  await writeFile(paths.html, page)
  return paths
}

async function pageOf(found: Reconciliation): Promise<string> {
  const web = new URL('../../web/', import.meta.url)
  const styles = await Promise.all(STYLES.map((name) => readFile(new URL(name, web), 'utf8')))
  const page = html`<!doctype html>${jsx(ReconciliationPage, { found, css: styles.join('\n') })} `
  return String(await page)
}
