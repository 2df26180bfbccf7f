import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { playLog } from '../../scripts/demo-log.ts'
import { DEMO_CART, playDemo } from '../../scripts/demo-order.ts'
import { readJson, writeJson } from '../../scripts/embedded/folder.ts'
import { SetupError } from '../../scripts/embedded/setup-error.ts'
import { openShop } from '../../scripts/shop.ts'
import type { Shop } from '../../scripts/shop.ts'
import { startStack } from '../../scripts/stack.ts'
import type { Stack } from '../../scripts/stack.ts'
import { storefront } from '../../scripts/storefront.ts'
import type { Storefront } from '../../scripts/storefront.ts'
import { until } from '../../testing/waiting.ts'

const LOG = fileURLToPath(new URL('../fixtures/log', import.meta.url))

let stack: Stack
let shop: Shop
let front: Storefront
let memory: string
const dir = mkdtempSync(join(tmpdir(), 'longhaul-demo-'))

beforeAll(async () => {
  chmodSync(dir, 0o711)
  stack = await startStack({ dir: join(dir, 'data'), quiet: true })
  shop = await openShop(stack)
  front = storefront(shop)
  memory = join(stack.dir, 'demo.json')
})
afterAll(async () => {
  await stack?.stop()
  rmSync(dir, { recursive: true, force: true })
})

let printed: string[]
beforeEach(() => {
  printed = []
  vi.spyOn(console, 'log').mockImplementation((line = '') => void printed.push(String(line)))
  rmSync(memory, { force: true })
  return () => vi.restoreAllMocks()
})

const output = () => printed.join('\n')

describe('the demo order', () => {
  it('completes, adds up and is forgotten', async () => {
    expect(await playDemo(shop, stack.dir)).toBe(true)
    expect(output()).toMatch(/is placed[^]*order\.completed[^]*agree to the cent/)
    expect(existsSync(memory)).toBe(false)
  })

  it('goes on where it was left', async () => {
    const { no } = await remember('left-behind')
    expect(await playDemo(shop, stack.dir)).toBe(true)
    expect(output()).toContain(`Order ${no} goes on`)
  })

  it('is replaced by a new one when the remembered one has ended', async () => {
    const { id, no } = await remember('ended-before')
    await front.act(id, 'cancel')
    expect(await playDemo(shop, stack.dir)).toBe(true)
    expect(output()).toContain('is placed')
    expect(output()).not.toContain(no)
  })

  it('is forgotten when it ends otherwise on its way', async () => {
    const playing = playDemo(shop, stack.dir)
    await Promise.all([expect(playing).rejects.toThrow(), cancelRemembered()])
    expect(output()).toContain('order.cancelled')
    expect(existsSync(memory)).toBe(false)
  })
})

/** An order of the demo that an earlier run left behind. */
async function remember(key: string) {
  const placed = await front.place(DEMO_CART, key)
  writeJson(memory, { key })
  return placed
}

async function cancelRemembered(): Promise<void> {
  const { key } = await until(() => readJson<{ key: string }>(memory))
  const { id } = await front.place(DEMO_CART, key)
  await front.act(id, 'cancel')
}

describe('orders from a log', () => {
  it('complete with its goods, freight and payments; cancelled and unequal ones stay out', async () => {
    expect(await playLog(shop, { folder: LOG, orders: 20 })).toBe(true)
    const played = printed.filter((line) => line.includes('✓'))
    expect(played.map((line) => line.replace(/^.*completed {2}/, '')).toSorted()).toEqual([
      '1 unit(s), 1 merchant(s), BRL 17.39',
      '1 unit(s), 1 merchant(s), BRL 72.19',
      '2 unit(s), 1 merchant(s), BRL 66.57',
      '2 unit(s), 2 merchant(s), BRL 206.82',
    ])
    expect(output()).toContain('4 delivered orders')
    expect(output()).toContain('of the 20 asked for')
  })

  it('are refused with the name of the file that is missing', async () => {
    const folder = copyOfLog()
    rmSync(join(folder, 'olist_products_dataset.csv'))
    const played = playLog(shop, { folder, orders: 4 })
    await expect(played).rejects.toThrow(SetupError)
    await expect(played).rejects.toThrow('olist_products_dataset.csv')
  })

  it('are refused when none of them can be used', async () => {
    const folder = copyOfLog()
    writeFileSync(join(folder, 'olist_orders_dataset.csv'), 'order_id,customer_id,order_status\n')
    const played = playLog(shop, { folder, orders: 4 })
    await expect(played).rejects.toThrow(SetupError)
    await expect(played).rejects.toThrow('no delivered order')
    expect(output()).not.toContain('All completed')
  })
})

function copyOfLog(): string {
  const folder = mkdtempSync(join(dir, 'log-'))
  cpSync(LOG, folder, { recursive: true })
  return folder
}
