import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { cart, listen, makeKeys, ONE, openApi, place } from './support.ts'
import type { Keys, TestApi } from './support.ts'

/*
 * What other shops lose: the customer pays and closes the browser, so that nobody comes back from the platform. The
 * sandbox's own signed webhook over HTTP is all that arrives.
 */

let world: World
let api: TestApi
let keys: Keys

beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

/** Have the sandbox send its webhooks to this API, as long as the test lasts. */
async function hearWebhooks(): Promise<string> {
  const baseUrl = await listen(api)
  await fetch(`${world.sandbox.url}/sandbox/webhooks`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ baseUrl }),
  })
  return baseUrl
}

type SentEvent = { id: string; type: string; body: string; headers?: Record<string, string> }

async function eventsOf(orderId: string): Promise<SentEvent[]> {
  const answer = await fetch(`${world.sandbox.url}/sandbox/events?orderId=${orderId}`)
  return ((await answer.json()) as { events: SentEvent[] }).events
}

describe('a closed browser', () => {
  it('D1 leaves an order that the webhook alone gets paid', async () => {
    await hearWebhooks()
    const order = await place({ world, api, key: keys.customer })
    await order.confirmAtPlatform()
    const paid = await order.reaches(({ accepted }) => accepted, 'acceptance')

    expect(paid.tenders).toMatchObject([{ status: 'captured', amount: order.placed.payable }])
    const captured = (await order.timeline()).find(({ type }) => type === 'tender.captured')
    expect(captured?.data).toMatchObject({ source: 'webhook' })
    await until(async () => {
      const sent = await world.db`
        select from notices where order_id = ${order.id} and template = 'order_confirmed' and status = 'sent'`
      return sent.length === 1
    }, 'the confirmation')
  })

  it('D2 has one effect of a webhook that comes five times, beside the customer who comes back', async () => {
    await hearWebhooks()
    const order = await place({ world, api, key: keys.customer })
    await order.confirmAtPlatform()
    const event = await until(async () =>
      (await eventsOf(order.id)).find(({ type }) => type === 'payment_intent.succeeded'),
    )
    const again = () =>
      fetch(`${world.sandbox.url}/sandbox/events/${event.id}/redeliver`, { method: 'POST' })
    const back = () =>
      api.ask('POST', `/v1/orders/${order.id}/payments`, {
        key: keys.customer,
        body: { method: 'card' },
      })
    const answers = await Promise.all([again(), again(), back(), again(), again(), again()])
    await order.reaches(({ accepted }) => accepted, 'acceptance')

    expect(answers.map(({ status }) => status).every((status) => status < 500)).toBe(true)
    const types = await order.types()
    expect(types.filter((type) => type === 'tender.captured')).toHaveLength(1)
    expect(types.filter((type) => type === 'order.paid')).toHaveLength(1)
    expect(types).not.toContain('refund.requested')
    expect((await order.platformLedger()).entries).toMatchObject([{ amount: order.placed.payable }])
    const [held] = await world.db`
      select count(*)::int as count from inbox where order_id = ${order.id} and kind = 'payment'`
    expect(held).toEqual({ count: 1 })
  })

  it('asks for nothing but the order: a second order of the same customer is left alone', async () => {
    await hearWebhooks()
    const [one, other] = await Promise.all(
      [0, 1].map(() => place({ world, api, key: keys.customer }, cart(ONE))),
    )
    await one?.confirmAtPlatform()
    await one?.reaches(({ accepted }) => accepted, 'acceptance')

    expect((await other?.row())?.status).toBe('pending_payment')
  })
})
