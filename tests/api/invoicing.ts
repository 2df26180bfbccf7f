import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { invoiceActivities } from '../../activities/invoice.ts'
import type { ApiParts } from '../../api/context.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { driveOrder } from '../support/order.ts'
import type { World } from '../support/world.ts'
import { cart, ONE, openApi, priced } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

export const COMPANY = {
  ...{ kind: 'company', name: '深圳市星辰科技有限公司' },
  taxNumber: '91350100M000100Y43',
}

/** An API of which nobody hands invoices over: in these tests their activities are called by hand. */
export const openDesk = (world: World, overrides: Partial<ApiParts> = {}) =>
  openApi(world, { relay: { now: async () => {}, restock: world.relay.restock }, ...overrides })

/** As tax offices number them, and each its own. */
export const numberOf = () =>
  BigInt(`0x${randomUUID().slice(0, 8)}`)
    .toString()
    .padStart(20, '2')

/** Orders with invoices, and finance, who issues them by hand. */
export function invoicing({ world, api, keys }: { world: World; api: TestApi; keys: Keys }) {
  async function place({ invoice, ...overrides }: Record<string, unknown> = ONE) {
    const quoted = await priced(api, keys.customer, cart(overrides))
    const body = { ...quoted, ...(invoice !== undefined && { invoice }) }
    const { json, status, text } = await api.ask('POST', '/v1/orders', { key: keys.customer, body })
    if (status >= 300) throw new Error(text)
    await world.relay.now(json.id)
    return driveOrder(world, json.id)
  }

  const issue = (place: string, body: Json, key = keys.finance) =>
    api.ask('POST', `/v1/orders/${place}/issue`, { key, body })
  const list = async (id: string) =>
    (await api.ask('GET', `/v1/orders/${id}/invoices`, { key: keys.finance })).json

  /** Nobody but finance issues invoices. */
  const byHand = () => invoiceActivities(world.db, { vaultKey: SECRETS.vaultKey })

  /** All that wait, by hand, under these numbers. */
  async function issueAll(orderId: string, numbers: readonly string[]) {
    const waiting = (await list(orderId)).items.filter(({ status }: Json) => status !== 'issued')
    for (const [i, { id, amount }] of waiting.entries()) {
      await byHand().issueInvoice({ orderId, invoiceId: id })
      const { status } = await issue(`${orderId}/invoices/${id}`, { amount, number: numbers[i] })
      expect(status).toBe(200)
    }
  }
  return { place, issue, list, byHand, issueAll }
}
