import { describe, expect, test } from 'vitest'
import { fakePlatform } from '../../testing/fake-platform.ts'
import { refundOf, tender } from './support.ts'

/** What the fake has beside the contract of all platforms. */
describe('the platform in memory', () => {
  async function paid() {
    const platform = fakePlatform({ name: 'alipay' })
    const request = tender()
    const opened = await platform.open(request)
    platform.pay(opened.externalId)
    const told = () => platform.notices().map(({ body, headers }) => platform.verify(body, headers))
    return { platform, request, opened, told, externalId: opened.externalId }
  }

  test('lets a payment be paid until its end', async () => {
    const platform = fakePlatform()
    const payBy = new Date(Date.now() - 1).toISOString()
    const { externalId } = await platform.open(tender({ payBy }))
    expect(platform.pay(externalId)).toBe(false)
  })

  test('tells of a dispute and how it ended', async () => {
    const { platform, externalId, told } = await paid()
    const disputeId = platform.dispute(externalId, { amount: 800, reason: 'duplicate' })
    platform.closeDispute(disputeId, 'won')
    const dispute = { kind: 'dispute', externalId, disputeId, amount: 800, reason: 'duplicate' }
    expect(told().slice(1)).toMatchObject([
      { ...dispute, status: 'open' },
      { ...dispute, status: 'won' },
    ])
    expect(() => platform.closeDispute(disputeId, 'lost')).toThrow('REQUEST_REFUSED')
  })

  test('has a refund fail, and its next attempt go through', async () => {
    const { platform, request, opened } = await paid()
    platform.spoil({ operation: 'refund', fault: 'decline' })
    const attempt = (number: number) =>
      platform.refund(refundOf(request, opened, { attempt: number }))
    expect(await attempt(1)).toMatchObject({ status: 'failed' })
    expect(await attempt(1)).toMatchObject({ status: 'failed' })
    expect(await attempt(2)).toMatchObject({ status: 'succeeded' })
  })
})
