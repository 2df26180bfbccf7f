import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CODES, FIELD_CODES } from '../../api/codes.ts'
import { POLICY } from '../../api/policy.ts'
import { PROBLEM_CODES, STATUS } from '../../api/problem.ts'
import type { ProblemCode } from '../../api/problem.ts'
import { addToCatalogue } from '../../db/catalog.ts'
import { ownProduct } from '../support/builders.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { operationsOf } from './described.ts'
import type { Described } from './described.ts'
import { makeKeys, openApi, signCarrier, signStripe } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'
import { driveOrder } from '../support/order.ts'

let world: World
let api: TestApi
let keys: Keys
let operations: Described[]
let document: Json
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
  operations = operationsOf(api.app)
  document = (await api.ask('GET', '/openapi.json')).json
})
afterAll(() => world.stop())

const described = () =>
  Object.values(document.paths as Record<string, Record<string, Json>>).flatMap((path) =>
    Object.values(path),
  )
const operation = (id: string) => operations.find(({ operationId }) => operationId === id)
const JSON_TYPE = 'application/json'

describe('the description', () => {
  it('says of each operation what it is for, whose it is, and what it takes', () => {
    const tags = document.tags.map(({ name }: Json) => name)
    for (const { operationId, summary, tags: own, parameters = [] } of described()) {
      expect(summary, operationId).toBeTruthy()
      expect(tags, operationId).toContain(own?.[0])
      for (const parameter of parameters) {
        expect(parameter.description, `${operationId} ${parameter.name}`).toBeTruthy()
        const isSecret = parameter.in === 'header' && parameter.name !== 'idempotency-key'
        if (!isSecret) expect(parameter.schema.example, parameter.name).toBeDefined()
      }
    }
    const ids: string[] = described().map(({ operationId }) => operationId)
    expect(ids.toSorted()).toEqual(Object.keys(POLICY).toSorted())
  })

  it('stands with its server, its licence, and both kinds of credentials', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.servers).toEqual([{ url: 'http://shop.example' }])
    expect(document.info.license.name).toBe('MIT')
    const security = (id: string) =>
      described().find(({ operationId }) => operationId === id)?.security
    expect(security('readOrder')).toEqual([{ bearer: [] }, { link: [] }])
    expect(security('readLedger')).toEqual([{ bearer: [] }])
    expect(security('listProducts')).toEqual([])
  })

  it('requires no field that may be left out', () => {
    const { schema } = document.paths['/v1/orders'].post.requestBody.content[JSON_TYPE]
    expect(schema.required).toEqual([
      ...['currency', 'addresses', 'contact', 'lines', 'quote', 'payment'],
    ])
    const { required } = document.components.schemas.Address
    expect(required).toEqual(['name', 'phone', 'country', 'street'])
  })

  it('leaves no reference open', () => {
    const text = JSON.stringify(document)
    for (const [, kind = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      expect(document.components[kind], `${kind} ${name}`).toHaveProperty(name)
    }
  })

  it('is confirmed, not sent again, to whoever has it', async () => {
    const { headers } = await api.ask('GET', '/openapi.json')
    const again = { headers: { 'if-none-match': headers.get('etag') ?? '' } }
    expect((await api.ask('GET', '/openapi.json', again)).status).toBe(304)
  })
})

describe('every example', () => {
  it('fits the schema beside it', () => {
    const contents = operations.flatMap(({ operationId, request, responses }) => [
      ...Object.values(request?.body?.content ?? {}).map(
        (content) => [operationId, content] as const,
      ),
      ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Number(status) < 300
          ? Object.values(content).map((one) => [`${operationId} ${status}`, one] as const)
          : [],
      ),
    ])
    expect(contents.length).toBeGreaterThan(40)
    for (const [what, content] of contents) {
      expect(content?.example, what).toBeDefined()
      expect(content?.schema?.safeParse(content.example).error, what).toBeUndefined()
    }
  })

  it('of a problem carries its code, its status, and what to do next', () => {
    for (const [code, { value }] of Object.entries<Json>(document.components.examples)) {
      expect(value).toMatchObject({ code, status: STATUS[code as ProblemCode] })
      expect(value.detail).toBeTruthy()
    }
  })

  /** The body of an operation, as its example has it. */
  const bodyOf = (id: string) => operation(id)?.request?.body?.content[JSON_TYPE]?.example
  const noticeOf = (path: string) =>
    JSON.stringify(document.paths[path].post.requestBody.content[JSON_TYPE].example)

  async function placeExample() {
    const product = { ...ownProduct(), sku: 'TEA-GREEN-250' }
    await addToCatalogue(world.db, { merchants: [], warehouses: [], products: [product] })
    const asked = await api.ask('POST', '/v1/quotes', {
      ...{ key: keys.customer, body: bodyOf('quote') },
    })
    const body = Object.assign({}, bodyOf('placeOrder'), { quote: asked.json.quote })
    const { json } = await api.ask('POST', '/v1/orders', { key: keys.customer, body })
    return driveOrder(world, json.id)
  }

  it('of a request works: one order lives its life by them', async () => {
    const { id, reaches, is, notice, report } = await placeExample()
    const act = async (path: string, name: string) => {
      const question = { key: keys.admin, body: bodyOf(name) }
      const answer = await api.ask('POST', `/v1/orders/${id}/${path}`, question)
      expect([name, answer.status, answer.json]).toEqual([
        name,
        expect.toBeOneOf([200, 202]),
        answer.json,
      ])
      return answer.json
    }
    const { nextActions } = await act('payments', 'pay')
    for (const { tenderId, externalId } of nextActions) await notice({ tenderId, externalId })
    await is('pending_processing')
    for (const step of ['claim', 'pick']) await act(`fulfillments/f1/${step}`, step)
    await act('fulfillments/f1/fail-check', 'failCheck')
    for (const step of ['pick', 'check', 'pack']) await act(`fulfillments/f1/${step}`, step)
    await is('awaiting_delivery')
    await act('parcels/p1/hand-over', 'handOver')
    await report('delivery', { parcelId: 'p1', signedBy: 'self' })
    await is('delivered')
    await act('confirm-receipt', 'confirmReceipt')
    await act('after-sales', 'requestAfterSales')
    await reaches(({ requests }) => requests.length === 1, 'the request')
  })

  it('of the other requests works: imported, cancelled, reported', async () => {
    const body = bodyOf('importOrder')
    const imported = await api.ask('POST', '/v1/imports/orders', { key: keys.admin, body })
    expect(imported.json).toMatchObject({ status: 'pending_payment', payable: 5100 })
    const path = `/v1/orders/${imported.json.id}/cancel`
    const cancelled = await api.ask('POST', path, { key: keys.admin, body: bodyOf('cancel') })
    expect(cancelled.json.status).toBe('cancelled')
    const decoded = await api.ask('POST', '/codec/decode', {
      ...{ key: keys.admin, body: bodyOf('decodePayloads') },
    })
    expect(decoded.status).toBe(200)

    const raw = noticeOf('/webhooks/stripe')
    const told = await api.ask('POST', '/webhooks/stripe', { raw, headers: signStripe(raw) })
    expect(told.json).toEqual({ received: true })
    const scans = noticeOf('/webhooks/carriers/{code}')
    const headers = signCarrier(scans)
    const scanned = await api.ask('POST', '/webhooks/carriers/express', { raw: scans, headers })
    expect(scanned.json.code).toBe('UNKNOWN_WAYBILL')
  })
})

describe('every code', () => {
  /** Answered where no operation is, and what only reports are told, in the timeline of operators. */
  const ELSEWHERE: ProblemCode[] = [
    ...['NOT_FOUND', 'METHOD_NOT_ALLOWED', 'UNKNOWN_TENDER', 'REPEATED', 'NO_CHANGE'],
  ] as ProblemCode[]

  it('is answered by an operation, or stands in its errors', () => {
    const answered = new Set<ProblemCode>([
      ...Object.values<readonly ProblemCode[]>(CODES).flat(),
      ...FIELD_CODES,
      ...ELSEWHERE,
    ])
    expect(PROBLEM_CODES.filter((code) => !answered.has(code))).toEqual([])
  })

  it('stands with its status at each operation that answers it', () => {
    for (const { operationId, responses } of described()) {
      const shown = Object.entries<Json>(responses).flatMap(([status, { content }]) =>
        Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => [
          ...[code, Number(status)],
        ]),
      )
      const codes = new Set<ProblemCode>(CODES[operationId as keyof typeof CODES])
      expect(new Map(shown as [string, number][])).toEqual(
        new Map([...codes].map((code) => [code, STATUS[code]])),
      )
    }
  })
})
