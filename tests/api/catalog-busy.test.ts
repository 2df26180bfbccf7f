import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addCategories } from '../../db/category.ts'
import type { Category } from '../../domain/category.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openApi } from './support.ts'
import type { Json, TestApi } from './support.ts'

let world: World
let api: TestApi
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
})
afterAll(() => world.stop())

const list = (query: string) => api.ask('GET', `/v1/products?${query}`)

describe('facets', () => {
  it('of attributes are ten at most', async () => {
    const attributes = Array.from({ length: 12 }, (_, i) => ({
      ...{ key: `k${i}`, name: { en: `K${i}`, zh: `K${i}` }, type: 'text' as const },
      ...{ required: false, facet: true },
    }))
    const wide: Category = {
      id: 'wide',
      parentId: null,
      name: { en: 'Wide', zh: '宽' },
      attributes,
    }
    await addCategories(world.db, [wide])
    const { json } = await list('category=wide&facets=true')
    const keys = json.facets.map(({ name }: Json) => name).slice(4)
    expect(keys).toEqual(Array.from({ length: 10 }, (_, i) => `attr.k${i}`))
  })

  /** Whoever counts what can be had waits until it is let go. */
  async function holdCounting(): Promise<() => Promise<void>> {
    const held = await world.db.reserve()
    await held`begin`
    await held`lock table stock_allotments`
    return async () => {
      await held`rollback`
      held.release()
    }
  }

  it('are counted one list after the other; who finds a long line is refused, and nothing else waits', async () => {
    const letGo = await holdCounting()
    const refused: Json[] = []
    const answers = Array.from({ length: 12 }, async () => {
      const answer = await list('facets=true')
      if (answer.status !== 200) refused.push(answer)
      return answer.status
    })
    await expect.poll(() => refused.length, { timeout: 10_000 }).toBe(9)
    expect((await api.ask('GET', '/v1/categories')).status).toBe(200)
    await letGo()
    expect((await Promise.all(answers)).filter((status) => status === 200)).toHaveLength(3)
    for (const { status, json, headers } of refused) {
      expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'FACETS_BUSY', '2'])
    }
    expect((await list('facets=true')).status).toBe(200)
  })

  it('that take too long to count are refused', async () => {
    const letGo = await holdCounting()
    const { status, json } = await list('facets=true')
    await letGo()
    expect([status, json.code]).toEqual([503, 'FACETS_BUSY'])
  })
})
