import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { placeDemo, playDemo } from '../../scripts/demo-order.ts'
import { readJson, writeJson } from '../../scripts/embedded/folder.ts'
import { openShop } from '../../scripts/shop.ts'
import type { Shop } from '../../scripts/shop.ts'
import { startStack } from '../../scripts/stack.ts'
import type { Stack } from '../../scripts/stack.ts'
import { storefront } from '../../scripts/storefront.ts'
import type { Storefront } from '../../scripts/storefront.ts'
import { until } from '../../testing/waiting.ts'

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
    const { no } = await remember()
    expect(await playDemo(shop, stack.dir)).toBe(true)
    expect(output()).toContain(`Order ${no} goes on`)
  })

  it('is replaced by a new one when the remembered one has ended', async () => {
    const { id, no } = await remember()
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
const remember = () => placeDemo(front, (wish) => writeJson(memory, wish))

async function cancelRemembered(): Promise<void> {
  const { key, body } = await until(() => readJson<{ key: string; body: object }>(memory))
  const { id } = await front.place(body, key)
  await front.act(id, 'cancel')
}
