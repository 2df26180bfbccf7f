import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { html } from 'hono/html'
import { jsx } from 'hono/jsx'
import type { Reconciliation } from '../../web/reconciliation-view.ts'
import { ReconciliationPage } from '../../web/reconciliation.tsx'

/** In the order in which they take effect. */
const STYLES = ['page.css', 'reconciliation.css']

/** Write `report.json` and `report.html` into `folder`, which is made where it isn't there; answers with their paths. */
export async function writeReport(
  found: Reconciliation,
  folder: string,
): Promise<{ json: string; html: string }> {
  const paths = { json: join(folder, 'report.json'), html: join(folder, 'report.html') }
  const page = await pageOf(found)
  await mkdir(folder, { recursive: true })
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
