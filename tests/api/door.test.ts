import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { preferredLocale } from '../../api/door.ts'
import { line } from '../../api/input.ts'
import { payloadCodec } from '../../client/codec.ts'
import { connect } from '../../db/connection.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { cart, makeKeys, ONE, openApi, place, priced, traces, UI_ORIGIN } from './support.ts'
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

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const KILOBYTE = 1024

describe('a request that nobody should have to read', () => {
  it.each<[string, string, number, string]>([
    ['is malformed', '{"currency":', 400, 'JSON_MALFORMED'],
    ['is empty', '', 422, 'INPUT_INVALID'],
    ['is nested too deeply', `{"lines":${nested(17)}}`, 400, 'BODY_TOO_DEEP'],
    ['holds too long a list', JSON.stringify({ lines: Array(201).fill(0) }), 400, 'LIST_TOO_LONG'],
    ['holds a NUL', JSON.stringify({ currency: 'a\0' }), 400, 'TEXT_INVALID'],
    ['holds half a character', '{"currency":"\\ud800"}', 400, 'TEXT_INVALID'],
    ['is too large', JSON.stringify({ a: 'x'.repeat(64 * KILOBYTE) }), 413, 'BODY_TOO_LARGE'],
    ['is a list', '[]', 422, 'INPUT_INVALID'],
    ['holds an infinite number', '{"lines":[{"sku":"a1","quantity":1e309}]}', 422, 'INPUT_INVALID'],
  ])('%s', async (...[, raw, status, code]) => {
    const before = await traces(world)
    const answer = await api.ask('POST', '/v1/orders', { key: keys.customer, raw })

    expect([answer.status, answer.json.code]).toEqual([status, code])
    expect(await traces(world)).toEqual(before)
  })

  it('is of another type than JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'content-type': type }
      const question = { key: keys.customer, raw: '{}', headers }
      const { status, json } = await api.ask('POST', '/v1/orders', question)
      expect([status, json.code]).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED'])
    }
  })

  it.each([
    'Application/JSON',
    'APPLICATION/JSON; charset=utf-8',
    'application/x+json',
    'application/problem+json',
  ])('is checked just the same as %s', async (type) => {
    const question = { key: keys.customer, headers: { 'content-type': type } }
    const code = async (raw: string) =>
      (await api.ask('POST', '/v1/orders', { ...question, raw })).json.code

    expect(await code(`{"lines":${nested(17)}}`)).toBe('BODY_TOO_DEEP')
    expect(await code(JSON.stringify({ lines: Array(201).fill(0) }))).toBe('LIST_TOO_LONG')
    expect(await code(JSON.stringify({ currency: 'a\0' }))).toBe('TEXT_INVALID')
    const wish = await priced(api, keys.customer, cart(ONE))
    expect(await code(JSON.stringify(wish))).toBeUndefined()
  })

  it('goes nowhere, or by another method', async () => {
    const nowhere = await api.ask('GET', '/v1/nothing')
    const wrongly = await api.ask('POST', '/v1/products')

    expect([nowhere.status, nowhere.json.code]).toEqual([404, 'NOT_FOUND'])
    expect([wrongly.status, wrongly.json.code]).toEqual([405, 'METHOD_NOT_ALLOWED'])
    expect(wrongly.headers.get('allow')).toBe('GET, HEAD')
    expect(wrongly.headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('every answer', () => {
  it('is kept out of caches and frames, and carries its trace', async () => {
    const traceId = 'a'.repeat(32)
    const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` }
    for (const path of ['/v1/products', '/v1/nothing', '/v1/orders', '/healthz']) {
      const answer = await api.ask('GET', path, { headers })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(answer.headers.get('x-trace-id')).toBe(traceId)
    }
  })

  it('leaves one line in the log, by the route’s pattern, without tokens', async () => {
    const { placed } = await place({ world, api, key: keys.customer }, ONE)
    api.lines.length = 0
    await api.ask('GET', placed.links.self.replace('http://shop.example', ''))

    expect(api.lines).toMatchObject([
      { level: 'info', fields: { method: 'GET', route: '/v1/orders/:id', status: 200 } },
    ])
    expect(JSON.stringify(api.lines)).not.toContain('token')
  })

  it('says nothing of what went wrong inside', async () => {
    const relay = {
      now: () => Promise.reject(new Error('select secret from vault: li.lei@customer.example')),
      restock: async () => {},
    }
    const broken = openApi(world, { relay })
    const body = await priced(api, keys.customer, cart(ONE))
    const question = { key: keys.customer, body }
    const { status, json, text } = await broken.ask('POST', '/v1/orders', question)

    expect([status, json.code]).toEqual([500, 'INTERNAL'])
    expect(text).not.toMatch(/select|vault|stack/)
    expect(broken.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })
})

it.each([
  ['zh', 'zh'],
  ['zh-Hant-TW', 'zh'],
  ['en;q=0.5,zh;q=0.6', 'zh'],
  ['zh;q=0,en;q=0.1', 'en'],
  ['', 'en'],
  ['*', 'en'],
  [',;q=,zh;q=x', 'en'],
])('Accept-Language %j means %s', (header, locale) => {
  expect(preferredLocale(header)).toBe(locale)
})

it.each(['a\0b', 'a\nb', 'a\ud800b', '\udc00'])('a line of text is never %j', (text) => {
  expect(line().safeParse(text).success).toBe(false)
  expect(line().safeParse('李雷 🙂').success).toBe(true)
})

describe('health', () => {
  it('is ready while the database answers, whatever Temporal does', async () => {
    const away = openApi(world, {
      client: { ...world.client, fate: () => Promise.reject(new Error('away')) },
    })
    expect((await api.ask('GET', '/healthz')).json).toEqual({ status: 'ok' })
    const feed = { listeners: 0, lagMs: 0 }
    const ready = { status: 'ready', temporal: 'answers', feed }
    expect((await api.ask('GET', '/readyz')).json).toEqual(ready)
    expect((await away.ask('GET', '/readyz')).json).toEqual({ ...ready, temporal: 'away' })
  })

  it('is not ready without the database, and says when to try again', async () => {
    // Port 1 belongs to a service that nobody runs.
    const db = connect('postgres://nobody@127.0.0.1:1/none')
    const answer = await openApi(world, { db }).ask('GET', '/readyz')
    await db.end()

    expect([answer.status, answer.json.code]).toEqual([503, 'DATABASE_AWAY'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('the codec of Temporal’s Web UI', () => {
  const loopback = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }
  const elsewhere = { incoming: { socket: { remoteAddress: '192.0.2.7' } } }

  async function sealed() {
    const metadata = { encoding: new TextEncoder().encode('json/plain') }
    const data = new TextEncoder().encode('{"sku":"a1"}')
    const [payload] = await payloadCodec(SECRETS.codecKey).encode([{ metadata, data }])
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
    const entries = Object.entries(payload?.metadata ?? {})
    return {
      metadata: Object.fromEntries(entries.map(([key, value]) => [key, base64(value)])),
      data: base64(payload?.data ?? new Uint8Array()),
    }
  }

  async function decode(
    payload: unknown,
    {
      env,
      headers = {},
      of = api,
      way = 'decode',
    }: { env: object; headers?: object; of?: TestApi; way?: 'decode' | 'encode' },
  ) {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: UI_ORIGIN, ...headers },
      body: JSON.stringify({ payloads: [payload] }),
    }
    const response = await of.app.request(`/codec/${way}`, init, env)
    return { status: response.status, headers: response.headers, json: await response.json() }
  }

  it('decodes for its origin on this machine', async () => {
    const { json, headers } = await decode(await sealed(), { env: loopback })
    const [plain] = (json as { payloads: { data: string }[] }).payloads

    expect(Buffer.from(plain?.data ?? '', 'base64').toString()).toBe('{"sku":"a1"}')
    expect(headers.get('access-control-allow-origin')).toBe(UI_ORIGIN)
  })

  it('seals what its forms send, because it sends nothing otherwise', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const typed = { metadata: { encoding: base64('json/plain') }, data: base64('{"by":"ops"}') }
    const { json } = await decode(typed, { env: loopback, way: 'encode' })
    const [payload] = (json as { payloads: (typeof typed)[] }).payloads
    const back = await decode(payload, { env: loopback })

    expect(Buffer.from(payload?.data ?? '', 'base64').includes('ops')).toBe(false)
    expect(back.json).toEqual({ payloads: [typed] })
    expect((await decode(typed, { env: elsewhere, way: 'encode' })).status).toBe(401)
  })

  it('asks who is there before it reads anything, and takes a page of payloads at most', async () => {
    const many = { payloads: Array.from({ length: 1_001 }, () => ({})) }
    const nobody = await api.ask('POST', '/codec/decode', { raw: '{"payloads":' })
    const known = await api.ask('POST', '/codec/encode', { key: keys.support, body: many })

    expect([nobody.status, nobody.json.code]).toEqual([401, 'CREDENTIALS_MISSING'])
    expect([known.status, known.json.code]).toEqual([422, 'INPUT_INVALID'])
  })

  it('takes an empty list left out, as the command line sends it', async () => {
    const { status, json } = await api.ask('POST', '/codec/decode', {
      ...{ key: keys.support, body: {} },
    })

    expect([status, json]).toEqual([200, { payloads: [] }])
  })

  it('answers a browser’s preflight for that origin only', async () => {
    const preflight = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'POST' }
      const answer = await api.app.request('/codec/decode', { method: 'OPTIONS', headers })
      return answer.headers.get('access-control-allow-origin')
    }
    expect(await preflight(UI_ORIGIN)).toBe(UI_ORIGIN)
    expect(await preflight('http://evil.example')).toBeNull()
  })

  it('wants a key of another origin, another machine, and in production', async () => {
    const payload = await sealed()
    const settings = { mode: 'production', publicUrl: 'http://shop.example' } as const
    const production = openApi(world, { settings: { ...settings, temporalUiOrigin: UI_ORIGIN } })
    const evil = { origin: 'http://evil.example' }
    const answers = [
      await decode(payload, { env: loopback, headers: evil }),
      await decode(payload, { env: elsewhere }),
      await decode(payload, { env: loopback, of: production }),
    ]
    for (const { status } of answers) expect(status).toBe(401)

    const asked = (key: string) =>
      decode(payload, {
        env: elsewhere,
        of: production,
        headers: { authorization: `Bearer ${key}` },
      })
    expect((await asked(keys.support)).status).toBe(200)
    expect((await asked(keys.customer)).status).toBe(403)
  })

  it('says so when a payload was sealed by another key', async () => {
    const payload = await sealed()
    const other = openApi(world, { codec: payloadCodec(Buffer.alloc(32, 9)) })
    const { status, json } = await decode(payload, { env: loopback, of: other })

    expect([status, (json as { code: string }).code]).toEqual([422, 'PAYLOAD_UNREADABLE'])
  })
})
