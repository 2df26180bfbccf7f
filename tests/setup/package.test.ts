import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { PROJECT } from '../../scripts/embedded/folder.ts'
import { tool } from '../../scripts/steps.ts'

/** Building takes seconds, installing depends on the registry and its cache. */
const INSTALL_WITHIN_MS = 180_000

/** Someone's storefront: an empty project that has installed the packed package. */
let project: string

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'longhaul-package-'))
  // As root, PostgreSQL runs as another user, who has to pass through.
  chmodSync(project, 0o711)
  execFileSync('npm', ['pack', '--pack-destination', project], { cwd: PROJECT, stdio: 'pipe' })
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? ''
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  execFileSync('npm', [...install, join(project, tarball)], { cwd: project, stdio: 'pipe' })
}, INSTALL_WITHIN_MS)

afterAll(() => rmSync(project, { recursive: true }))

const installed = (path: string) => join(project, 'node_modules', path)
const node = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: project })

/** Whatever can be imported from it. */
const ADDRESSES = Object.keys(packageJson.exports)
  .filter((address) => !address.endsWith('.json'))
  .map((address) => address.replace('.', 'longhaul'))

const STOREFRONT = `
import { createClient } from 'longhaul/client'

const shop = createClient(process.argv[2] ?? '', { key: 'lh_storefront_key' })
const answer = await shop.v1.products.$get({ query: { q: 'tea' } })
if (!answer.ok) throw new Error((await answer.json()).code)
const { items } = await answer.json()
const skus: string[] = items.map(({ sku }) => sku)
// @ts-expect-error: an amount is a number of minor units
const wrong: string | undefined = items[0]?.price
console.log(skus.join(), typeof wrong)
`

const OPTIONS = {
  ...{ target: 'es2023', lib: ['es2023', 'dom'], module: 'nodenext', strict: true },
  ...{ skipLibCheck: true, types: ['node'], typeRoots: [join(PROJECT, 'node_modules/@types')] },
}

/** The files that docs/testing.md shows, by name. */
function examples(): [name: string, text: string][] {
  const page = readFileSync(join(PROJECT, 'docs', 'testing.md'), 'utf8')
  const blocks = page.matchAll(/^`([\w.-]+\.ts)`:\n\n```ts\n(.*?)```/gms)
  return [...blocks].map(([, name = '', text = '']) => [name, text])
}

/** Runs the storefront against a shop of one product; answers with what either side saw. */
async function askTheShop() {
  const asked: unknown[] = []
  const shop = createServer(({ url, headers }, response) => {
    asked.push([url, headers.authorization])
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ items: [{ sku: 'TEA-GREEN-250', price: 5990 }], next: null }))
  }).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  const { port } = shop.address() as AddressInfo
  const { stdout } = await node('storefront.js', `http://127.0.0.1:${port}`)
  shop.close()
  return { stdout, asked }
}

describe('the packed package', () => {
  test('brings what runs, and nothing that only builds or tests it', () => {
    const inside = readdirSync(installed('longhaul'), { recursive: true, encoding: 'utf8' })
    const sources = inside.filter((path) => /(?<!\.d)\.tsx?$|^tests|\.env|\.longhaul/.test(path))
    expect(sources).toEqual([])
    expect(inside).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/worker.js']))
    for (const name of ['typescript', 'vitest', 'oxlint', 'playwright-core'])
      expect(existsSync(installed(name))).toBe(false)
  })

  test('gives a storefront its typed client', async () => {
    writeFileSync(join(project, 'storefront.ts'), STOREFRONT)
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: OPTIONS, files: ['storefront.ts'] }),
    )
    await promisify(execFile)(tool('tsc'), ['-p', project])
    const { stdout, asked } = await askTheShop()
    expect(stdout.trim()).toBe('TEA-GREEN-250 number')
    expect(asked).toEqual([['/v1/products?q=tea', 'Bearer lh_storefront_key']])
  })

  test.each(ADDRESSES)('answers at %s', async (address) => {
    await node('--input-type=module', '--eval', `await import('${address}')`)
  })

  test('builds its workflows as plain JavaScript', async () => {
    const dir = join(project, 'bundles')
    mkdirSync(dir)
    const { stdout } = await node(installed('longhaul/dist/scripts/bundle.js'), dir)
    expect(existsSync(stdout.trim())).toBe(true)
  })

  test('ends commands without their environment with a way out', async () => {
    const migrate = node(installed('longhaul/dist/scripts/migrate.js'))
    await expect(migrate).rejects.toMatchObject({ stderr: expect.stringMatching(/DATABASE_URL/) })
  })
  test(
    'runs the first order test of its documentation',
    async () => {
      for (const [name, text] of examples()) writeFileSync(join(project, name), text)
      const { vitest } = packageJson.devDependencies
      const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
      await promisify(execFile)('npm', [...install, `vitest@${vitest}`], { cwd: project })
      const { stdout } = await node(installed('vitest/vitest.mjs'), 'run', '--no-color')
      expect(stdout).toMatch(/Tests +2 passed \(2\)/)
    },
    INSTALL_WITHIN_MS,
  )
})
