import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PlatformName } from '../../domain/method.ts'
import { addDays, dateIn } from '../../domain/zone.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../../testing/world.ts'
import type { World } from '../../testing/world.ts'
import type { Json } from './support.ts'

const DAY_MS = 86_400_000
const METHODS = { stripe: 'card', alipay: 'alipay', wechatpay: 'wechatpay' } as const
const NAMES = ['stripe', 'alipay', 'wechatpay'] as const
const ZONES = { stripe: 'UTC', alipay: 'Asia/Shanghai', wechatpay: 'Asia/Shanghai' } as const
const todayOf = (platform: PlatformName) => dateIn(ZONES[platform], new Date())
/** So many days from now, when statements of quiet days are known to be empty. */
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

let world: World
let key: string
beforeAll(async () => {
  world = await startWorld()
  key = await world.key('finance')
})
afterAll(() => world.stop())
afterEach(() => clearFaults())

const clearFaults = () => fetch(`${world.sandbox.url}/sandbox/faults`, { method: 'DELETE' })

async function ask(path: string, body?: object): Promise<{ status: number; json: Json }> {
  const answer = await fetch(`${world.url}${path}`, {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: answer.status, json: await answer.json() }
}

async function compared(platform: PlatformName, day: string, asOf = inDays(3)): Promise<Json> {
  const path = `/v1/finance/reconciliations/${platform}/${day}`
  expect((await ask('/v1/finance/reconciliations', { platform, day, asOf })).status).toBe(202)
  await until(async () => {
    const { json } = await ask(path)
    return json.status === 'done' && json.asOf === asOf
  })
  return (await ask(path)).json
}

async function paidBy(platform: PlatformName) {
  const order = await world.order()
  await order.paid({ method: METHODS[platform] })
  const { tenders } = await order.state()
  const captured = tenders.find(({ status }) => status === 'captured')
  return { order, externalId: captured?.externalId ?? '', amount: captured?.amount ?? 0 }
}

async function openItems(party: string): Promise<Json[]> {
  return (await ask(`/v1/finance/items?state=open&party=${party}&limit=100`)).json.items
}

describe.each(NAMES)('S0-3.3d: today, compared ahead of time in development, by %s', (platform) => {
  it('agrees with the books', async () => {
    const { externalId } = await paidBy(platform)
    const { lines } = await compared(platform, todayOf(platform))
    expect(lines).toBeGreaterThan(0)
    const items = await openItems(platform)
    expect(items.filter(({ reference }) => reference === externalId)).toEqual([])
    const [line] = await world.db`
      select day::text as day from statement_lines where external_id = ${externalId}`
    expect(line).toEqual({ day: todayOf(platform) })
  })

  it('differs by what a switch adds, changes, and leaves out until it is cleared', async () => {
    const changed = await paidBy(platform)
    const omitted = await paidBy(platform)
    const about = (fault: 'wrong_amount' | 'missing', orderId: string) =>
      world.fault({ target: 'statement', fault, platform, orderId })
    await about('wrong_amount', changed.order.id)
    await about('missing', omitted.order.id)
    await world.fault({ target: 'statement', fault: 'extra', platform })
    const day = todayOf(platform)
    await compared(platform, day)
    await compared(platform, addDays(day, 1), inDays(4))
    const found = (await openItems(platform)).map(({ kind, expected, actual, orderId }) => ({
      ...{ kind, expected: expected?.amount, actual: actual?.amount, orderId },
    }))
    expect(found).toHaveLength(3)
    expect(found).toEqual(
      expect.arrayContaining([
        { kind: 'MISSING_HERE', expected: undefined, actual: 10_000, orderId: null },
        {
          ...{ kind: 'AMOUNT_DIFFERS', expected: changed.amount, actual: changed.amount - 1 },
          orderId: changed.order.id,
        },
        {
          ...{ kind: 'MISSING_THERE', expected: omitted.amount, actual: undefined },
          orderId: omitted.order.id,
        },
      ]),
    )

    await clearFaults()
    await compared(platform, day, inDays(5))
    const left = await openItems(platform)
    expect(left.map(({ orderId }) => orderId)).not.toContain(omitted.order.id)
    expect(await world.invariants()).toEqual([])
  })
})

describe('a comparison that waits for its statement', () => {
  it('begins anew when it is asked for again', async () => {
    const day = addDays(todayOf('alipay'), 5)
    const path = `/v1/finance/reconciliations/alipay/${day}`
    const early = { platform: 'alipay', day, asOf: inDays(6.1) }
    expect((await ask('/v1/finance/reconciliations', early)).status).toBe(202)
    await until(async () => (await ask(path)).json.status === 'waiting')
    expect(await compared('alipay', day, inDays(9))).toMatchObject({ status: 'done', lines: 0 })
  })
})
