import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderToken } from '../../domain/link.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import type { TenderWish } from '../../domain/tender.ts'
import { ONE_LINE } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { credited } from '../support/value.ts'
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

/** An order of 67.90, whose customer has a wallet of 30.00, and what its page holds without a script. */
async function opened({ of = open('development'), cashFee = 0 } = {}) {
  const { id: account, customerId } = await credited(world.db, 3000)
  const policy = { ...DEFAULT_POLICY, cashFee }
  const order = await openOrder(world, { lines: ONE_LINE, customerId, policy })
  const wallet = (amount: number): TenderWish => ({ method: 'wallet', account, amount })
  const token = orderToken(SECRETS.linkKey, order.id, Date.now())
  const shown = async () => (await of.ask('GET', `/orders/${order.id}?token=${token}`)).text
  /** What a button sends, as the page stands now. */
  async function form(action: string, chosen = {}): Promise<() => Promise<number>> {
    const [, held = ''] =
      new RegExp(`/${action}\\?[^>]*>(.*?)</form>`, 's').exec(await shown()) ?? []
    const hidden = held.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)
    const fields = Object.fromEntries([...hidden].map(([, name, value]) => [name, value]))
    const raw = new URLSearchParams({ ...fields, ...chosen }).toString()
    const path = `/orders/${order.id}/${action}?token=${token}`
    return async () => (await of.ask('POST', path, { raw, headers: FORM })).status
  }
  const standing = async () =>
    (await order.read()).tenders.map(({ method, status }) => `${method} ${status}`)
  return { order, customerId, shown, form, standing, wallet }
}
const offersIn = (text: string) =>
  [...text.matchAll(/name="method" value="(\w+)"/g)].map(([, method]) => method)

describe('an order’s page, where stored value could not be set aside', () => {
  /** By the wallet for more than it holds, and at the door where there is a rest. */
  async function short(amount: number) {
    const cash: TenderWish[] = amount < 6790 ? [{ method: 'cod' }] : []
    const page = await opened({ cashFee: 500 })
    await page.order.notice({ type: 'closed' })
    await page.order.reaches(({ tenders }) => tenders[0]?.status === 'voided', 'the end of t1')
    const paying = page.order.payBy([page.wallet(amount), ...cash])
    await expect(paying).rejects.toThrow('INSUFFICIENT_BALANCE')
    return page
  }

  it.each([4000, 6790])('offers for all of it what works, after %d by wallet', async (amount) => {
    const text = await (await short(amount)).shown()
    expect(text).toContain('How do you want to pay CNY\u00a067.90?')
    expect(text).not.toContain('Due at the door<')
    expect(offersIn(text)).toEqual(['card', 'alipay', 'wechatpay', 'cod'])
    for (const method of offersIn(text)) {
      const { form, standing } = await short(amount)
      const press = await form('pay-otherwise', { method })
      expect([method, await press()]).toEqual([method, 303])
      const status = method === 'cod' ? 'due' : 'action_required'
      expect((await standing()).at(-1)).toBe(`${method} ${status}`)
    }
  })

  it('goes on with it once it is there', async () => {
    const { order, customerId, form } = await short(6790)
    await credited(world.db, 5000, { customerId })
    expect(await (await form('pay'))()).toBe(303)
    expect((await order.read()).accepted).toBe(true)
  })
})

describe('a button of an order’s page that is pressed twice', () => {
  it('has what was let go set aside once, and pays the rest once', async () => {
    const { order, form, standing, wallet } = await opened()
    await order.payBy([wallet(3000), { method: 'card' }])
    const { id: tenderId, externalId } = (await order.read()).tenders.at(-1) ?? {}
    await order.notice({ tenderId, type: 'failed', externalId })
    await order.reaches(({ tenders }) => tenders[1]?.status === 'voided', 'the release')
    const press = await form('pay-otherwise', { method: 'wechatpay' })
    expect([await press(), await press()]).toEqual([303, 303])
    expect((await standing()).slice(-2)).toEqual(['wallet authorized', 'wechatpay action_required'])
  })

  it.each([
    ['pay-otherwise', { method: 'cod' }, ['cod due']],
    ['pay', {}, ['alipay action_required']],
  ])('as %s %j is answered as at first', async (action, chosen, last) => {
    const { order, form, standing } = await opened()
    if (action === 'pay') await order.payBy([{ method: 'alipay' }])
    await world.db`update tenders set asked_at = null, step = null where order_id = ${order.id}`
    const press = await form(action, chosen)
    expect([await press(), await press()]).toEqual([303, 303])
    expect((await standing()).slice(-1)).toEqual(last)
  })
})

describe('an order’s page', () => {
  it.each([
    [7289, ['card', 'alipay', 'wechatpay']],
    [7290, ['card', 'alipay', 'wechatpay', 'cod']],
  ])('S1-1.3b offers cash up to %d with its fee', async (limit, offers) => {
    const cash = { limit, fee: 500, refusals: 1, excluded: [] }
    const settings = { mode: 'development', publicUrl, sandboxUrl, cash } as const
    const { order, shown } = await opened({ of: openApi(world, { settings }), cashFee: 500 })
    await order.payBy([{ method: 'card', amount: 1000 }, { method: 'alipay' }])
    expect(offersIn(await shown())).toEqual(offers)
  })

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
