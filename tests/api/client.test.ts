import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, expectTypeOf, it } from 'vitest'
import { createClient } from '../../api/client.ts'
import type { OrderView, PlacedView, Problem } from '../../api/client.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { ADDRESS, listen, makeKeys, openApi } from './support.ts'
import type { Keys } from './support.ts'

let world: World
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const header = () => ({ 'idempotency-key': randomUUID() })
const cart = (sku: string) => ({
  currency: 'CNY',
  lines: [{ sku, quantity: 1 }],
  addresses: [ADDRESS],
})
const buyer = {
  contact: { email: 'li.lei@customer.example' },
  payment: { method: 'card' as const },
}

async function wish({ v1 }: ReturnType<typeof createClient>) {
  const quoting = await v1.quotes.$post({ json: cart('a1') })
  if (!quoting.ok) throw new Error('not quoted')
  const { quote } = await quoting.json()
  return { ...cart('a1'), ...buyer, quote }
}

async function connect(key?: string) {
  const url = await listen(openApi(world))
  return { url, client: createClient(url, key === undefined ? {} : { key }) }
}

it('a typed client places, pays and reads an order', async () => {
  const { client } = await connect(keys.customer)
  const placing = await client.v1.orders.$post({ header: header(), json: await wish(client) })
  if (!placing.ok) throw new Error('not placed')
  const placed = await placing.json()
  expectTypeOf(placed).toEqualTypeOf<PlacedView>()

  const order = client.v1.orders[':id']
  const param = { id: placed.id }
  const paying = await order.payments.$post({ param, header: header(), json: { method: 'card' } })
  if (paying.status !== 200) throw new Error('not opened')
  const { nextActions } = await paying.json()
  const [action] = nextActions
  expectTypeOf(action?.type).toEqualTypeOf<'confirm' | 'redirect' | 'scan' | undefined>()
  expect(action?.type === 'confirm' && action.clientSecret).toMatch(/secret/)

  const reading = await order.$get({ param })
  if (!reading.ok) throw new Error('not readable')
  const read = await reading.json()
  expectTypeOf(read).toEqualTypeOf<OrderView>()
  expect([read.status, read.no]).toEqual(['pending_payment', placed.no])
})

it('a typed client knows by the status which problems an answer can be', async () => {
  const { client } = await connect(keys.customer)
  const answer = await client.v1.orders.$post({
    header: header(),
    json: { ...cart('nothing'), ...buyer, quote: 'none' },
  })
  if (answer.status !== 422) throw new Error('nothing was placed')
  const problem = await answer.json()
  expectTypeOf(problem).toExtend<Problem>()
  expectTypeOf<'UNKNOWN_SKU'>().toExtend<typeof problem.code>()
  expectTypeOf<'OUT_OF_STOCK'>().not.toExtend<typeof problem.code>()

  expect(problem).toMatchObject({ code: 'UNKNOWN_SKU', errors: [{ path: '/lines/0/sku' }] })
})

it('a typed client with a link’s token reads that order', async () => {
  const { client } = await connect(keys.customer)
  const placing = await client.v1.orders.$post({ header: header(), json: await wish(client) })
  if (!placing.ok) throw new Error('not placed')
  const { id, links } = await placing.json()
  const token = new URL(links.self).searchParams.get('token') ?? ''
  const holder = createClient(await listen(openApi(world)), { token })

  expect((await holder.v1.orders[':id'].$get({ param: { id } })).status).toBe(200)
  expect((await holder.v1.orders.$get({ query: {} })).status).toBe(401)
})

it('a typed client without a key asks what everyone may, through the fetch it is given', async () => {
  const asked: string[] = []
  const url = await listen(openApi(world))
  const client = createClient(url, {
    fetch: (input, init) => {
      asked.push(new URL(input instanceof Request ? input.url : input).pathname)
      return fetch(input, init)
    },
  })
  const answer = await client.v1.products.$get({ query: { limit: '1' } })
  const orders = await client.v1.orders.$get({ query: {} })

  expect(answer.ok && (await answer.json()).items).toHaveLength(1)
  expect(orders.status).toBe(401)
  expect(asked).toEqual(['/v1/products', '/v1/orders'])
})
