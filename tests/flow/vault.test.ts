import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eraseCustomer, readAddress, readContact, seal, unseal } from '../../db/vault.ts'
import { openOrder } from '../support/order.ts'
import { until } from '../../testing/waiting.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const { vaultKey } = SECRETS

describe('a sealed value', () => {
  const key = Buffer.alloc(32, 7)
  const sealed = seal(key, Buffer.from('李雷'), 'order/a1')

  it('opens with its key in its place, and never twice looks the same', () => {
    expect(unseal(key, sealed, 'order/a1').toString()).toBe('李雷')
    expect(seal(key, Buffer.from('李雷'), 'order/a1')).not.toEqual(sealed)
  })

  it('opens neither in another place, nor with another key, nor with a byte changed', () => {
    const changed = Buffer.from(sealed)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(() => unseal(key, sealed, 'order/a2')).toThrow()
    expect(() => unseal(Buffer.alloc(32, 8), sealed, 'order/a1')).toThrow()
    expect(() => unseal(key, changed, 'order/a1')).toThrow()
  })
})

describe('the vault', () => {
  it('gives an order its persons, and nobody with another service key', async () => {
    const order = await openOrder(world, { lines: await world.ownLine() })
    expect(await readContact(world.db, vaultKey, order.id)).toEqual({
      email: `${order.id}@customer.example`,
      locale: 'en',
    })
    const wanted = { orderId: order.id, addressId: 'a1' }
    expect(await readAddress(world.db, vaultKey, wanted)).toMatchObject({ city: '深圳市' })
    await expect(readAddress(world.db, Buffer.alloc(32, 9), wanted)).rejects.toThrow()
  })

  it('forgets a customer with their key: orders and money stay, mails and labels find nobody', async () => {
    const customerId = 'c-forgotten'
    const order = await openOrder(world, { lines: await world.ownLine(), customerId })
    await order.pay()
    await until(async () => (await order.mails()).length === 1, 'the confirmation')
    await eraseCustomer(world.db, customerId)
    const { payable } = await order.read()

    expect(await readContact(world.db, vaultKey, order.id)).toBeUndefined()
    await order.cancel()
    await order.refunded()
    expect((await order.platformLedger()).entries.map((entry) => entry.amount)).toEqual([
      payable,
      payable,
    ])
    await until(async () => {
      const failed = await world.db`
        select from notices where order_id = ${order.id} and status = 'failed'`
      return failed.length > 0
    }, 'a notice without a recipient')
    expect(await order.mails()).toHaveLength(1)
  })
})
