import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderToken } from '../../domain/link.ts'
import { ONE_LINE } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openApi } from './support.ts'

const publicUrl = 'http://shop.example'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

let world: World
let sandboxUrl: string
beforeAll(async () => {
  world = await startWorld()
  sandboxUrl = world.sandbox.url
})
afterAll(() => world.stop())

const open = (mode: 'development' | 'production', overrides = {}) =>
  openApi(world, { settings: { mode, publicUrl, sandboxUrl }, ...overrides })

/** What someone gets who presses a button of an order's page. */
async function press(action: string, { of = open('development'), headers = FORM, raw = '' } = {}) {
  const order = await openOrder(world, { lines: ONE_LINE })
  const token = orderToken(SECRETS.linkKey, order.id, Date.now())
  const answer = await of.ask('POST', `/orders/${order.id}/${action}?token=${token}`, {
    ...{ raw, headers },
  })
  return { ...answer, order }
}

describe('a button of an order’s page', () => {
  it.each(['pay', 'pay-test', 'fast-forward'])('doesn’t %s in production', async (action) => {
    const { status, text, order } = await press(action, { of: open('production'), raw: 'by=1 day' })
    expect(status).toBe(409)
    expect(text).toContain('That isn’t possible for this order at the moment.')
    expect((await order.read()).tenders[0]?.status).not.toBe('captured')
  })

  it('takes forms only', async () => {
    const headers = { 'content-type': 'application/json' }
    const { status, text } = await press('cancel', { headers, raw: '{}' })
    expect(status).toBe(415)
    expect(text).toContain('We could not read that')
  })

  it('says that it has a request which isn’t decided yet', async () => {
    const client = { ...world.client, command: async () => ({ outcome: 'pending' as const }) }
    const { status, text } = await press('cancel', { of: open('development', { client }) })
    expect(status).toBe(202)
    expect(text).toContain('We have your request; it shows here in a moment.')
  })

  it('says in a customer’s words why we can’t', async () => {
    const client = { ...world.client, command: async () => ({ outcome: 'away' as const }) }
    const { status, text } = await press('cancel', { of: open('development', { client }) })
    expect(status).toBe(503)
    expect(text).toContain('We can’t do that at the moment.')
  })
})

describe('an order’s page', () => {
  it('leaves cards to the shop’s own form in production, and offers what platforms have pages for', async () => {
    const { id } = await openOrder(world, { lines: ONE_LINE })
    const token = orderToken(SECRETS.linkKey, id, Date.now())
    const { text } = await open('production').ask('GET', `/orders/${id}?token=${token}`)
    expect(text).toContain('Please pay it in the shop where you ordered')
    expect(text).not.toContain('Pay (test)')
    const offered = [...text.matchAll(/name="method" value="(\w+)"/g)].map(([, method]) => method)
    expect(offered).toEqual(['alipay', 'wechatpay', 'cod'])
  })

  it.each([
    [500, 'please tell our customer service', undefined],
    [503, 'Please try again in a moment.', 'ECONNREFUSED'],
    [400, 'We could not read that', '22021'],
  ])('answers %d and "%s" for a failure with code %s', async (status, text, code) => {
    const { id } = await openOrder(world, { lines: ONE_LINE })
    const now = () => {
      throw Object.assign(new Error('failed'), code !== undefined && { code })
    }
    const token = orderToken(SECRETS.linkKey, id, Date.now())
    const answer = await open('development', { now }).ask('GET', `/orders/${id}?token=${token}`)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(text)
  })
})
