import { vi } from 'vitest'
import { alipayPayments } from '../../adapters/payment/alipay.ts'
import type { OpenedPayment, OpenPayment, PaymentPlatform } from '../../adapters/payment/port.ts'
import { stripePayments } from '../../adapters/payment/stripe.ts'
import { wechatpayPayments } from '../../adapters/payment/wechatpay.ts'
import { fakePlatform } from '../../testing/fake-platform.ts'
import type { FakeFault } from '../../testing/fake-platform.ts'
import { SANDBOX_ACCOUNTS, SECRETS } from '../../testing/secrets.ts'
import { openSandbox, SECRET_KEY, STRIPE_SECRETS } from './support.ts'

/** The calls of the port that can go wrong. */
export type Call = 'open' | 'look' | 'close' | 'refund' | 'lookRefund'
export type Spoilt = 'timeout_after_effect' | 'server_error' | 'garbage' | 'rate_limited'
export type Sent = { body: string; headers: Headers }
export type Tendered = { request: OpenPayment; opened: OpenedPayment }

/** What stands on the other side of an adapter: the platform itself, its payers, and what goes wrong there. */
export type Outside = {
  platform: PaymentPlatform
  /** The payer comes and looks at it, but goes no further. */
  visit(tendered: Tendered): Promise<void>
  /** The payer pays; false when the platform doesn't let it be paid. `short`: one minor unit less is taken. */
  pay(tendered: Tendered, how?: { short: boolean }): Promise<boolean>
  decline(tendered: Tendered): Promise<boolean>
  spoil(call: Call, fault: Spoilt): Promise<void>
  /** The next refund is refused by the bank, or takes it a while. */
  spoilRefund(fault: 'decline' | 'refund_pending'): Promise<void>
  /** Pending refunds go through. */
  settle(): void
  /** All notices about an order so far, signed now. */
  notices(orderId: string): Promise<Sent[]>
}

/** How platforms differ where all of them are right. */
export type Traits = {
  /** Opening asks the platform; else it only makes a link, which can't go wrong. */
  opensByCall: boolean
  /** What a declined payment looks like until it is paid after all. */
  declined: 'failed' | 'open'
  /** Notices carry the time of their signature. */
  notices: 'dated' | 'undated'
}

type Player = { traits: Traits; play(): Promise<Outside> }

/** The sandbox's names of the calls. */
const CALLS: Record<Call, string> = {
  open: 'create',
  look: 'retrieve',
  close: 'cancel',
  refund: 'refund',
  lookRefund: 'retrieve_refund',
}

/** Longer than a busy machine takes to look twice; `settle` lets it pass. */
const REFUND_TAKES_MS = 10_000

export const PLAYERS: Record<string, Player> = {
  stripe: {
    traits: { opensByCall: true, declined: 'failed', notices: 'dated' },
    play: playStripe,
  },
  alipay: {
    traits: { opensByCall: false, declined: 'open', notices: 'undated' },
    play: playAlipay,
  },
  wechatpay: {
    traits: { opensByCall: true, declined: 'failed', notices: 'dated' },
    play: playWechatpay,
  },
  fake: {
    traits: { opensByCall: true, declined: 'failed', notices: 'dated' },
    play: playFake,
  },
}

async function playStripe(): Promise<Outside> {
  const { control, url } = await openSandbox()
  const pay = async ({ opened }: Tendered, card?: string) =>
    (await control.pay(opened, card)).status === 200
  return {
    platform: stripePayments({ secretKey: SECRET_KEY, webhookSecrets: STRIPE_SECRETS, url }),
    visit: () => Promise.resolve(),
    pay: shortening(control, pay),
    decline: async (tendered) => !(await pay(tendered, 'pm_card_chargeDeclined')),
    ...troubles(control),
  }
}

async function playAlipay(): Promise<Outside> {
  const { control, url } = await openSandbox({ alipay: SANDBOX_ACCOUNTS.alipay })
  const notifyUrl = 'https://shop.example/webhooks/alipay'
  const press = async ({ opened: { next } }: Tendered, answer: 'pay' | 'decline') => {
    if (next.type !== 'redirect') throw new Error('nowhere to go')
    const body = new URLSearchParams({ answer })
    const page = await fetch(next.url, { method: 'POST', body, redirect: 'manual' })
    await page.body?.cancel()
    return page.status
  }
  return {
    platform: alipayPayments({
      ...{ ...SECRETS.alipay, notifyUrl },
      gateway: `${url}/alipay/gateway.do`,
    }),
    async visit({ opened: { next } }) {
      if (next.type === 'redirect') await (await fetch(next.url)).body?.cancel()
    },
    pay: shortening(control, async (tendered) => (await press(tendered, 'pay')) === 303),
    decline: async (tendered) => (await press(tendered, 'decline')) === 402,
    ...troubles(control),
  }
}

async function playWechatpay(): Promise<Outside> {
  const { control, url } = await openSandbox({ wechatpay: SANDBOX_ACCOUNTS.wechatpay })
  const notifyUrl = 'https://shop.example/webhooks/wechatpay'
  const scan = async ({ opened: { next } }: Tendered, does: 'pay' | 'decline') => {
    if (next.type !== 'scan') throw new Error('nothing to scan')
    const wanted = { code: next.code, does }
    return (await control.send('POST', '/sandbox/wechatpay/scans', wanted)).status === 200
  }
  return {
    platform: wechatpayPayments({ ...SECRETS.wechatpay, notifyUrl, url: `${url}/wechatpay` }),
    visit: () => Promise.resolve(),
    pay: shortening(control, (tendered) => scan(tendered, 'pay')),
    decline: (tendered) => scan(tendered, 'decline'),
    ...troubles(control),
  }
}

async function playFake(): Promise<Outside> {
  const platform = fakePlatform()
  const spoil = async (fault: FakeFault) => platform.spoil(fault)
  return {
    platform,
    visit: () => Promise.resolve(),
    pay: async ({ request, opened }, { short } = { short: false }) =>
      platform.pay(opened.externalId, request.amount - (short ? 1 : 0)),
    decline: async ({ opened }) => platform.decline(opened.externalId),
    spoil: (operation, fault) => spoil({ fault, operation }),
    spoilRefund: (fault) => spoil({ fault, operation: 'refund' }),
    settle: platform.settle,
    notices: async (orderId) =>
      platform.notices().filter(({ body }) => body.includes(`"orderId":"${orderId}"`)),
  }
}

type Control = Awaited<ReturnType<typeof openSandbox>>['control']

/** A payer's payment, of which the sandbox may take one minor unit less. */
const shortening =
  (control: Control, pay: (tendered: Tendered) => Promise<boolean>): Outside['pay'] =>
  async (tendered, { short } = { short: false }) => {
    if (short) await control.fault({ target: 'payment', fault: 'wrong_amount' })
    return pay(tendered)
  }

/** What goes wrong in the sandbox, and what it tells. */
function troubles(control: Control): Pick<Outside, 'spoil' | 'spoilRefund' | 'settle' | 'notices'> {
  const fault = async (wanted: object) => {
    await control.fault({ target: 'payment', ...wanted })
  }
  return {
    spoil: (call, name) => fault({ fault: name, operation: CALLS[call] }),
    spoilRefund: (name) =>
      fault({ fault: name, operation: CALLS.refund, delayMs: REFUND_TAKES_MS }),
    settle: () => void vi.setSystemTime(Date.now() + REFUND_TAKES_MS),
    async notices(orderId) {
      const events: { body: string; headers: Record<string, string> }[] = await control.events(
        `?orderId=${orderId}`,
      )
      return events.map(({ body, headers }) => ({ body, headers: new Headers(headers) }))
    },
  }
}
