import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PLATFORM_OF } from '../../domain/method.ts'
import type { PaymentAction, PlatformMethod } from '../../domain/method.ts'
import { alipaySender, stripeSender } from '../../sandbox/signature.ts'
import type { Sender, Signed } from '../../sandbox/signature.ts'
import { wechatpaySender } from '../../sandbox/wechatpay-wire.ts'
import { SANDBOX_ACCOUNTS, SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, ONE, openApi, place } from './support.ts'
import type { Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

type Platform = {
  /** The platform's own hand. */
  sender: Sender
  /** What it signed of what it sent. */
  unsigned: (body: string) => string
  pay: (next: PaymentAction) => Promise<unknown>
  /** Whether a signature tells when it was made. */
  dated: boolean
}

const asIs = (body: string) => body
const post = (url: string, body: string | URLSearchParams, headers = {}) =>
  fetch(url, { method: 'POST', body, headers, redirect: 'manual' })

const PLATFORMS: Record<PlatformMethod, Platform> = {
  card: {
    sender: stripeSender('/webhooks/stripe', SECRETS.stripe.webhookSecrets[0]),
    unsigned: asIs,
    dated: true,
    pay: async (next) => {
      const secret = next.type === 'confirm' ? next.clientSecret : ''
      const body = new URLSearchParams({ client_secret: secret, payment_method: 'pm_card_visa' })
      const url = `${world.sandbox.url}/v1/payment_intents/${next.externalId}/confirm`
      await post(url, body, { authorization: 'Bearer pk_test_browser' })
    },
  },
  alipay: {
    sender: alipaySender('/webhooks/alipay', SANDBOX_ACCOUNTS.alipay.privateKey),
    unsigned: (body) => {
      const form = new URLSearchParams(body)
      form.delete('sign')
      form.delete('sign_type')
      return form.toString()
    },
    dated: false,
    pay: (next) =>
      post(next.type === 'redirect' ? next.url : '', new URLSearchParams({ answer: 'pay' })),
  },
  wechatpay: {
    sender: wechatpaySender('/webhooks/wechatpay', SANDBOX_ACCOUNTS.wechatpay),
    unsigned: asIs,
    dated: true,
    pay: (next) => {
      const scan = { code: next.type === 'scan' ? next.code : '', does: 'pay' }
      return post(`${world.sandbox.url}/sandbox/wechatpay/scans`, JSON.stringify(scan))
    },
  },
}

describe.each(Object.entries(PLATFORMS))('a notice of a payment by %s', (name, platform) => {
  const method = name as PlatformMethod
  const { sender, unsigned, dated } = platform

  /** An order that was paid at the platform, whose notice is still on its way. */
  async function noticed() {
    const driven = await place({ world, api, key: keys.customer }, { ...ONE, payment: { method } })
    const { next } = await driven.payBy([{ method }])
    const [action] = next
    if (action === undefined) throw new Error('nothing to pay')
    await platform.pay(action)
    const response = await fetch(`${world.sandbox.url}/sandbox/events?orderId=${driven.id}`)
    const { events } = (await response.json()) as { events: (Signed & { id: string })[] }
    const [notice] = events
    if (notice === undefined) throw new Error('the platform tells nothing')
    return { ...driven, notice, message: { id: notice.id, body: unsigned(notice.body) } }
  }
  type Noticed = Awaited<ReturnType<typeof noticed>>

  const knock = ({ body: raw, headers }: Signed) =>
    api.ask('POST', `/webhooks/${PLATFORM_OF[method]}`, { raw, headers })
  const inbox = (orderId: string) =>
    world.db`select 1 from inbox where order_id = ${orderId} or order_id is null`

  /** Nothing of it is kept, neither for its order nor for a person to look at. */
  async function isRefused(sent: Signed, code: string, { id, types }: Noticed) {
    const { status, json } = await knock(sent)
    expect([status, json.code]).toEqual([400, code])
    expect(await inbox(id)).toHaveLength(0)
    expect(await types()).not.toContain('tender.captured')
  }

  it('S1-4.3 is stored once and pays once, though it comes five times at once', async () => {
    const { id, notice, reaches, types } = await noticed()
    const answers = await Promise.all(Array.from({ length: 5 }, () => knock(notice)))

    const heard = answers.map((answer) => sender.acknowledged(answer.status, answer.text))
    expect(heard).toEqual(Array(5).fill(true))
    const { paid, tenders } = await reaches((order) => order.accepted, 'acceptance')
    expect([paid, tenders.length]).toEqual([true, 1])
    expect(await inbox(id)).toHaveLength(1)
    expect((await types()).filter((type) => type === 'tender.captured')).toHaveLength(1)
  })

  it('S1-4.3 is refused with a changed body, and the true one is still believed', async () => {
    const order = await noticed()
    const { notice, reaches } = order
    const middle = Math.floor(notice.body.length / 2)
    const swapped = notice.body[middle] === '1' ? '2' : '1'
    const body = notice.body.slice(0, middle) + swapped + notice.body.slice(middle + 1)
    for (const changed of [body, `${notice.body}&total_amount=0.01`, '']) {
      await isRefused({ ...notice, body: changed }, 'SIGNATURE_INVALID', order)
    }
    await knock(notice)
    await reaches(({ accepted }) => accepted, 'acceptance')
  })

  it('S1-4.3 is refused unsigned, or signed by nobody we know', async () => {
    const order = await noticed()
    const { message } = order
    const others = Object.entries(PLATFORMS).filter(([other]) => other !== name)
    for (const sent of [
      { headers: {}, body: message.body },
      sender.forge(message),
      ...others.map(([, other]) => other.sender.sign(message)),
    ]) {
      await isRefused(sent, 'SIGNATURE_INVALID', order)
    }
  })

  it.runIf(dated)('S1-4.3 is refused 301 s after it was signed, or before', async () => {
    const order = await noticed()
    for (const seconds of [-301, 301]) {
      vi.setSystemTime(Date.now() + seconds * 1000)
      const sent = sender.sign(order.message)
      vi.useRealTimers()
      await isRefused(sent, 'TIMESTAMP_STALE', order)
    }
  })
})
