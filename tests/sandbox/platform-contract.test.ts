import { afterEach, describe, expect, test, vi } from 'vitest'
import type { PaymentNotice, PaymentPlatform } from '../../adapters/payment/port.ts'
import { PLAYERS, type Outside, type Sent, type Tendered } from './platforms.ts'
import { failureOf, refOf, refundOf, rejection, tender, until } from './support.ts'

const DAY_MS = 86_400_000

afterEach(() => vi.useRealTimers())

/** What every platform's adapter promises, whatever its protocol: the sandbox speaks each, the fake none. */
describe.each(Object.entries(PLAYERS))('S1-1.3a by %s', (name, { traits, play }) => {
  async function open(overrides: Parameters<typeof tender>[0] = {}) {
    const outside = await play()
    return { outside, platform: outside.platform, ...(await one(outside, overrides)) }
  }
  async function one({ platform }: Outside, overrides: Parameters<typeof tender>[0] = {}) {
    const request = tender(overrides)
    const opened = await platform.open(request)
    return { request, opened, ref: refOf(request, opened) }
  }
  async function paid(overrides: Parameters<typeof tender>[0] = {}) {
    const tendered = await open(overrides)
    expect(await tendered.outside.pay(tendered)).toBe(true)
    const refund = (wanted: Parameters<typeof refundOf>[2]) =>
      tendered.platform.refund(refundOf(tendered.request, tendered.opened, wanted))
    return { ...tendered, refund }
  }
  /** What the platform's own statement says of now, once its day is over. */
  async function movedToday(platform: PaymentPlatform) {
    const now = Date.now()
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: platform.timeZone }).format(now)
    vi.setSystemTime(now + DAY_MS)
    const lines = await platform.statement(day)
    vi.useRealTimers()
    return lines
  }
  async function movesOf(platform: PaymentPlatform, { opened }: Tendered) {
    const lines = (await movedToday(platform)) ?? []
    return lines
      .filter(({ externalId }) => externalId === opened.externalId)
      .map(({ kind, amount }) => [kind, amount])
  }

  describe('a payment', () => {
    test('is open until it is paid, then captured, to the unit', async () => {
      const { outside, platform, request, opened, ref } = await open()
      expect(await platform.look(ref)).toMatchObject({ ...ref, status: 'open' })
      await outside.pay({ request, opened })
      const captured = { ...ref, status: 'captured', amount: 15803, currency: 'CNY' }
      expect(await platform.look(ref)).toEqual(captured)
    })

    test('opened again under its key is the same one, and is paid once', async () => {
      const { outside, platform, request, opened } = await open()
      const [again, more] = await Promise.all([platform.open(request), platform.open(request)])
      expect([again.externalId, more.externalId]).toEqual([opened.externalId, opened.externalId])
      expect(await outside.pay({ request, opened })).toBe(true)
      expect(await outside.pay({ request, opened: again })).toBe(false)
      expect(await movesOf(platform, { request, opened })).toEqual([['capture', 15803]])
    })

    test('of another amount than asked for is told as it was received', async () => {
      const { outside, platform, request, opened, ref } = await open()
      await outside.pay({ request, opened }, { short: true })
      expect(await platform.look(ref)).toMatchObject({ status: 'captured', amount: 15802 })
    })

    test('that was declined can be paid after all', async () => {
      const { outside, platform, request, opened, ref } = await open()
      expect(await outside.decline({ request, opened })).toBe(true)
      expect(await platform.look(ref)).toMatchObject({ status: traits.declined })
      expect(await outside.pay({ request, opened })).toBe(true)
      expect(await platform.look(ref)).toMatchObject({ status: 'captured', amount: 15803 })
    })

    test('closed can be paid by nobody, and closing it again changes nothing', async () => {
      const { outside, platform, request, opened, ref } = await open()
      await outside.visit({ request, opened })
      expect(await platform.close(ref)).toMatchObject({ ...ref, status: 'closed' })
      expect(await outside.pay({ request, opened })).toBe(false)
      expect(await platform.close(ref)).toMatchObject({ status: 'closed' })
      expect(await platform.look(ref)).toMatchObject({ status: 'closed' })
      expect(await movesOf(platform, { request, opened })).toEqual([])
    })

    test('that was made before it could be closed is found captured', async () => {
      const { platform, ref } = await paid()
      expect(await platform.close(ref)).toMatchObject({ status: 'captured', amount: 15803 })
      expect(await platform.close(ref)).toMatchObject({ status: 'captured', amount: 15803 })
    })
  })

  describe('a refund', () => {
    test('goes back in parts until nothing is left', async () => {
      const { platform, refund, ...tendered } = await paid({ amount: 1000 })
      for (const [refundId, amount] of [
        ['r1', 333],
        ['r2', 333],
        ['r3', 334],
      ] as const) {
        expect(await refund({ refundId, amount })).toMatchObject({ status: 'succeeded' })
      }
      expect(await failureOf(refund({ refundId: 'r4', amount: 1 }))).toMatchObject({ final: true })
      expect(await movesOf(platform, tendered)).toEqual([
        ['capture', 1000],
        ['refund', 333],
        ['refund', 333],
        ['refund', 334],
      ])
    })

    test('of everything leaves a payment that was captured', async () => {
      const { platform, refund, ref } = await paid()
      await refund({})
      expect(await platform.look(ref)).toMatchObject({ status: 'captured', amount: 15803 })
    })

    test('asked for again pays once, also by a later attempt', async () => {
      const { platform, refund, ...tendered } = await paid()
      const first = await refund({ amount: 100 })
      expect(await refund({ amount: 100 })).toEqual(first)
      expect(await refund({ amount: 100, attempt: 2 })).toEqual(first)
      expect(await movesOf(platform, tendered)).toEqual([
        ['capture', 15803],
        ['refund', 100],
      ])
    })

    test('beyond what is left is refused for good, and moves nothing', async () => {
      const { platform, refund, ...tendered } = await paid()
      await refund({ refundId: 'r1', amount: 15000 })
      const beyond = await failureOf(refund({ refundId: 'r2', amount: 804 }))
      expect(beyond).toMatchObject({ final: true })
      expect(await movesOf(platform, tendered)).toHaveLength(2)
    })

    test('that takes its bank a while is pending, then through', async () => {
      const { outside, platform, refund, opened, ...tendered } = await paid()
      await outside.spoilRefund('refund_pending')
      const made = await refund({ amount: 100 })
      expect(made.status).toBe('pending')
      expect(await refund({ amount: 100 })).toEqual(made)
      const { externalId } = opened
      const look = () =>
        platform.lookRefund({ externalId, externalRefundId: made.externalRefundId, amount: 100 })
      expect(await look()).toEqual(made)
      outside.settle()
      expect(await look()).toEqual({ ...made, status: 'succeeded' })
      expect(await movesOf(platform, { opened, ...tendered })).toEqual([
        ['capture', 15803],
        ['refund', 100],
      ])
    })
  })

  describe('an outcome that nobody knows', () => {
    const UNKNOWN = ['timeout_after_effect', 'server_error', 'garbage', 'rate_limited'] as const

    test.runIf(traits.opensByCall).each(UNKNOWN)(
      'of opening, by %s, is not final, and the repeat opens the one payment',
      async (fault) => {
        const outside = await play()
        const request = tender()
        await outside.spoil('open', fault)
        expect(await failureOf(outside.platform.open(request))).toMatchObject({ final: false })
        const opened = await outside.platform.open(request)
        expect(await outside.pay({ request, opened })).toBe(true)
        expect(await movesOf(outside.platform, { request, opened })).toHaveLength(1)
      },
    )

    test.each(UNKNOWN)('of a question, by %s, is not final', async (fault) => {
      const { outside, platform, ref } = await open()
      await outside.spoil('look', fault)
      expect(await failureOf(platform.look(ref))).toMatchObject({ final: false })
      expect(await platform.look(ref)).toMatchObject({ status: 'open' })
    })

    test.each(UNKNOWN)('of closing, by %s, is not final, and the repeat closes', async (fault) => {
      const { outside, platform, request, opened, ref } = await open()
      await outside.visit({ request, opened })
      await outside.spoil('close', fault)
      expect(await failureOf(platform.close(ref))).toMatchObject({ final: false })
      expect(await platform.close(ref)).toMatchObject({ status: 'closed' })
      expect(await outside.pay({ request, opened })).toBe(false)
    })

    test.each(UNKNOWN)(
      'of a refund, by %s, is not final, and the repeat pays once',
      async (fault) => {
        const { outside, platform, refund, ...tendered } = await paid()
        await outside.spoil('refund', fault)
        expect(await failureOf(refund({ amount: 100 }))).toMatchObject({ final: false })
        expect(await refund({ amount: 100 })).toMatchObject({ status: 'succeeded' })
        expect(await movesOf(platform, tendered)).toEqual([
          ['capture', 15803],
          ['refund', 100],
        ])
      },
    )
  })

  describe('a notice', () => {
    async function noticed() {
      const tendered = await paid()
      const { outside, request } = tendered
      const sent = await until(async () => (await outside.notices(request.orderId)).at(-1))
      return { ...tendered, sent }
    }
    const believed = ({ verify }: PaymentPlatform, { body, headers }: Sent) => verify(body, headers)
    const rejected = (platform: PaymentPlatform, sent: Sent) =>
      rejection(() => believed(platform, sent))

    test('that is signed by the platform tells of the capture', async () => {
      const { platform, ref, sent } = await noticed()
      expect(believed(platform, sent)).toEqual({
        kind: 'payment',
        ...{ ...ref, status: 'captured', amount: 15803, currency: 'CNY' },
        ...{ eventId: expect.any(String), occurredAt: expect.any(String) },
      })
    })

    test('sent again is the same event; of another payment it is another', async () => {
      const { outside, platform, request, sent } = await noticed()
      const eventOf = (notice: PaymentNotice | undefined) => notice?.eventId
      const again = (await outside.notices(request.orderId)).at(-1)
      const next = await one(outside)
      await outside.pay(next)
      const other = await until(async () => (await outside.notices(next.request.orderId)).at(-1))
      const first = eventOf(believed(platform, sent))
      expect(eventOf(again && believed(platform, again))).toBe(first)
      expect(eventOf(believed(platform, other))).not.toBe(first)
    })

    test('changed, cut or unsigned is refused', async () => {
      const { platform, sent } = await noticed()
      const { body, headers } = sent
      const middle = Math.floor(body.length / 2)
      const swapped = body[middle] === '1' ? '2' : '1'
      const changed = `${body.slice(0, middle)}${swapped}${body.slice(middle + 1)}`
      const forms: Sent[] = [
        { headers, body: changed },
        { headers, body: body.slice(0, -1) },
        { headers, body: '' },
        { headers: new Headers(), body: body.replace(/(^|&)sign=[^&]*/, '') },
      ]
      for (const form of forms) expect(rejected(platform, form)).toBeDefined()
    })

    test("of another account's platform is refused", async () => {
      const { sent } = await noticed()
      const others = Object.entries(PLAYERS).filter(([other]) => other !== name)
      for (const [, other] of others) {
        const { platform } = await other.play()
        expect(rejected(platform, sent)).toBeDefined()
      }
    })

    test.runIf(traits.notices === 'dated')('signed 301 s ago is stale', async () => {
      const { platform, sent } = await noticed()
      vi.setSystemTime(Date.now() + 301_000)
      expect(rejected(platform, sent)).toBe('TIMESTAMP_STALE')
    })
  })

  describe('a statement', () => {
    test('of a day lists exactly what moved on it, whole and once', async () => {
      const { outside, platform, refund, request, opened } = await paid()
      const other = await one(outside, { amount: 500 })
      await outside.pay(other)
      const unpaid = await one(outside)
      await platform.close(unpaid.ref)
      const { externalRefundId } = await refund({ amount: 100 })
      const lines = (await movedToday(platform)) ?? []

      const line = { currency: 'CNY', at: expect.any(String), id: expect.any(String) }
      const { externalId } = opened
      expect(lines.toSorted((a, b) => b.amount - a.amount)).toEqual([
        { ...line, kind: 'capture', externalId, amount: request.amount },
        { ...line, kind: 'capture', externalId: other.opened.externalId, amount: 500 },
        { ...line, kind: 'refund', externalId, externalRefundId, amount: 100 },
      ])
      expect(new Set(lines.map(({ id }) => id)).size).toBe(3)
      expect(lines.every(({ at }) => Math.abs(Date.parse(at) - Date.now()) < 60_000)).toBe(true)
    })

    test('is empty of a quiet day, and not there before its day is over', async () => {
      const { platform } = await paid()
      const dayOf = (at: number) =>
        new Intl.DateTimeFormat('en-CA', { timeZone: platform.timeZone }).format(at)
      expect(await platform.statement(dayOf(Date.now()))).toBeUndefined()
      expect(await platform.statement(dayOf(Date.now() - 2 * DAY_MS))).toEqual([])
    })
  })
})
