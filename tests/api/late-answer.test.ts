import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, place } from './support.ts'
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

const order = () => place({ world, api, key: keys.customer })

describe('a command that nobody answers in time', () => {
  it('is accepted, with the address of its outcome, and applied later', async () => {
    const { id } = await order()
    const slow = openApi(world, {
      client: {
        ...world.client,
        command: async (command) => {
          void world.client.command(command)
          return { outcome: 'pending' }
        },
      },
    })
    const answer = await slow.ask('POST', `/v1/orders/${id}/cancel`, { key: keys.customer })
    const location = answer.headers.get('location') ?? ''
    expect([answer.status, answer.json]).toEqual([202, { outcome: 'pending' }])

    const outcome = await until(async () => {
      const asked = await api.ask('GET', location, { key: keys.customer })
      return asked.status === 200 && asked
    })
    expect(outcome.json.status).toBe('cancelled')
    expect((await api.ask('GET', location, { key: keys.stranger })).status).toBe(404)
  })

  it('that never arrived is to be sent again', async () => {
    const { id } = await order()
    const path = `/v1/orders/${id}/commands/${'0'.repeat(64)}`
    const { status, json } = await api.ask('GET', path, { key: keys.customer })

    expect([status, json.code]).toEqual([404, 'UNKNOWN_COMMAND'])
  })

  it('to an order that is put away, or not started yet, says which', async () => {
    const idle = openApi(world, { relay: { now: async () => {}, restock: async () => {} } })
    const { id } = await place({ world, api: idle, key: keys.customer })
    const cancel = () => idle.ask('POST', `/v1/orders/${id}/cancel`, { key: keys.customer })
    const starting = await cancel()
    await world.db`update orders set archived_at = now() where id = ${id}`
    const archived = await cancel()

    expect([starting.status, starting.json.code]).toEqual([503, 'ORDER_STARTING'])
    expect([archived.status, archived.json.code]).toEqual([409, 'ORDER_ARCHIVED'])
  })
})
