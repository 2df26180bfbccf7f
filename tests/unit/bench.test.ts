import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { compareDelays, steadily } from '../../bench/delay.ts'
import type { Doing } from '../../bench/delay.ts'
import { noticeOf } from '../../bench/notices.ts'
import { pileOf } from '../../bench/pile.ts'
import { pictureOf } from '../../bench/picture.ts'
import { markdownOf } from '../../bench/report.ts'
import { PLATFORMS } from '../../domain/method.ts'
import { worldPlatforms } from '../../testing/platforms.ts'

const NOWHERE = 'http://127.0.0.1:9'
const ORDER = 'abcdefghijklmnopqrstuvwxyz'
const QUIET = { seconds: 1, repeat: 2, say: () => {} }

describe('a notice of the bench', () => {
  const platforms = worldPlatforms(NOWHERE, NOWHERE)

  it.each(PLATFORMS)('of %s is believed, and says what was paid', (name) => {
    const externalId = name === 'stripe' ? 'pi_1' : `${ORDER}t1`
    const paid = { orderId: ORDER, tenderId: 't1', externalId, amount: 5990 }
    const { path, headers, body = '' } = noticeOf(name, paid)
    expect(path).toBe(`/webhooks/${name}`)
    const notice = platforms[name].verify(body, new Headers(headers))
    expect(notice).toMatchObject({ kind: 'payment', status: 'captured', currency: 'CNY', ...paid })
  })

  it.each(PLATFORMS)('of %s is another one each time', (name) => {
    const paid = { orderId: ORDER, tenderId: 't1', externalId: `${ORDER}t1`, amount: 5990 }
    const ids = [1, 2].map(() => {
      const { headers, body = '' } = noticeOf(name, paid)
      return platforms[name].verify(body, new Headers(headers))?.eventId
    })
    expect(new Set(ids).size).toBe(2)
  })
})

describe('a pile of requests', () => {
  const make = () => ({ method: 'GET', path: '/' }) as const

  it('ends, counts what was taken, and is larger than the last run took', () => {
    const pile = pileOf(make)
    pile.prepare(0.01)
    let first = 0
    while (pile.next() !== undefined) first += 1
    expect([first, pile.taken()]).toEqual([20, 20])

    pile.prepare(0.01)
    let second = 0
    while (pile.next() !== undefined) second += 1
    expect([second, pile.taken()]).toEqual([30, 50])
  })
})

describe('an open loop', () => {
  it('begins at its own pace, whether or not those before are done', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const done = await steadily([() => held, async () => release()], 50)
    // The first waited for the second, which began later.
    expect(done).toHaveLength(2)
    expect(done[0]).toBeGreaterThan(done[1] ?? 0)
  })

  it('counts from when something was due', async () => {
    const busy = async () => {
      const end = performance.now() + 40
      while (performance.now() < end);
    }
    const [, late] = await steadily([busy, async () => {}], 100)
    expect(late).toBeGreaterThanOrEqual(25)
  })
})

describe('delays', () => {
  const taking = (name: string, ms: number): Doing => ({
    name,
    ready: async (count) => Array.from({ length: count }, () => () => setTimeout(ms)),
  })

  it('are told as multiples of their floor, and drawn as its share', async () => {
    const pace = { perSecond: 40, settle: 0, warmUp: 1 }
    const sides = { floor: taking('least', 10), measured: [taking('more', 60)], most: 2, pace }
    const delays = await compareDelays(sides, QUIET)
    const [delay] = delays
    expect(delay).toMatchObject({ name: 'more', most: 2, measured: { count: 80 } })
    expect(delay?.ratios).toHaveLength(2)
    expect(delay?.ratio).toBeGreaterThan(2)

    const findings = [{ name: 'some', comparisons: [], delays, figures: [], checks: [] }]
    const machine = { cores: 2, processor: 'p', node: 'n', platform: 'x', busyBefore: 0 }
    const text = markdownOf({ at: 'now', machine, seconds: 1, repeat: 2, findings })
    expect(text).toMatch(/\| more .* least: .* × .*2 × ✗/)
  })
})

describe('the picture', () => {
  it('shows a bar for each ratio', () => {
    const bar = { name: 'notices', ratio: 0.5, ratios: [0.4, 0.6], least: 0.5 }
    const picture = pictureOf([bar])
    expect(picture).toContain('>notices</text>')
    expect(picture).toContain('width="210.0"')
  })
})
