import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openOrder } from '../support/order.ts'
import { DAYS } from '../support/time.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

it('goes from checkout to completion', async () => {
  const order = await openOrder(world)
  await order.pay()
  await order.pack()
  await order.deliver()
  await order.confirm()
  expect((await order.row()).status).toBe('completed')
  await order.after(16 * DAYS)
  console.log((await order.timeline()).map((e) => `${e.seq} ${e.type}`).join('\n'))
  const h = await world.temporal.workflow.getHandle('order-' + order.id).fetchHistory()
  const d = await world.temporal.workflow.getHandle('order-' + order.id).describe()
  const types: Record<string, number> = {}
  for (const e of h.events ?? []) types[String(e.eventType)] = (types[String(e.eventType)] ?? 0) + 1
  console.log(h.events?.length, d.historySize, types)
  console.log((await order.mails()).map((m) => m.subject))
  console.log(await order.balances())
})
