import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openApi } from './support.ts'
import type { TestApi } from './support.ts'

let world: World
let api: TestApi
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
})
afterAll(() => world.stop())

describe('the reference page', () => {
  it('is where the root leads', async () => {
    const { status, headers } = await api.ask('GET', '/')
    expect([status, headers.get('location')]).toEqual([302, '/reference'])
  })

  it('allows its own scripts and styles only, and whatever it loads comes from here', async () => {
    const { headers, text } = await api.ask('GET', '/reference')
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self' 'sha256-")
    expect(policy).not.toContain('unsafe')
    for (const [, address = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const { status } = await api.ask('GET', address)
      expect([address, status]).toEqual([address, 200])
    }
  })

  it('has assets that are kept for ever, because their address holds their version', async () => {
    const { text } = await api.ask('GET', '/reference')
    const [, style = ''] = /href="([^"]+\.css)"/.exec(text) ?? []
    const headers = { 'accept-encoding': 'gzip' }
    const answer = await api.app.request(style, { headers })

    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect((await api.ask('GET', style.replace(/[^/]+$/, 'package.json'))).status).toBe(404)
  })
})
