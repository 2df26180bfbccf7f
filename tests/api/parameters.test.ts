import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from '@hono/zod-openapi'
import type { Operation } from '../../api/policy.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { operationsOf } from './described.ts'
import { REQUESTS } from './requests.ts'
import { listen, makeKeys, openApi, place } from './support.ts'
import type { Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

type Asking = { operationId: Operation; request?: { query?: z.ZodObject } }

/** Readers of events add names of their own; tables come by another road. */
const OTHERWISE: readonly Operation[] = ['followOrder', 'importProducts']

const asking = () =>
  (operationsOf(api.app) as unknown as Asking[]).flatMap(({ operationId, request }) =>
    request?.query === undefined || OTHERWISE.includes(operationId)
      ? []
      : [{ operationId, known: Object.keys(request.query.shape) }],
  )

describe('the query of a list', () => {
  it('is refused where it names what nobody knows, with the names there are', async () => {
    expect(asking().length).toBeGreaterThan(20)
    for (const { operationId, known } of asking()) {
      const [method, path] = REQUESTS[operationId]
      const key = operationId === 'readOwnWallet' ? keys.customer : keys.admin
      const { status, json } = await api.ask(method, `${path}?nonsense=1`, { key })
      expect([operationId, status, json.code]).toEqual([operationId, 400, 'QUERY_INVALID'])
      expect(json.errors).toEqual([
        {
          path: '?nonsense',
          code: 'UNKNOWN_FIELD',
          suggestions: known,
          message: expect.stringContaining('unknown'),
        },
      ])
    }
  })

  it('of a timeline may carry a link’s token, and of its stream whatever else', async () => {
    const { id, placed } = await place({ world, api, key: keys.customer })
    const { searchParams } = new URL(placed.links.page)
    const token = searchParams.get('token') ?? ''
    const timeline = `/v1/orders/${id}/timeline?token=${token}`
    expect((await api.ask('GET', timeline)).json.items).not.toEqual([])
    const stream = `/v1/orders/${id}/stream?token=${token}&lastEventId=1&_=2`
    expect((await api.app.request(stream, { method: 'HEAD' })).status).toBe(200)
  })

  it('of the page of an order may carry what a mail’s statistics add', async () => {
    const { placed } = await place({ world, api, key: keys.customer })
    const { status } = await api.app.request(`${placed.links.page}&utm_source=mail&lang=zh`)
    expect(status).toBe(200)
  })
})

describe('a request without a body', () => {
  it.each([{}, { 'content-type': 'application/json' }])(
    'is enough where none is needed, with headers %j',
    async (more) => {
      const url = await listen(api)
      const headers = { authorization: `Bearer ${keys.finance}`, ...more }
      const post = async (path: string) =>
        (await fetch(`${url}/v1/finance/${path}`, { method: 'POST', headers })).status
      expect(await post('links')).toBe(201)
      expect(await post('settlements')).toBe(202)
    },
  )
})
