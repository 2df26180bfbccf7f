import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, it, onTestFinished } from 'vitest'
import type { ApiEnv, ApiParts } from '../../api/context.ts'
import { csvFile } from '../../api/csv.ts'

/** A server whose only file is made of these pieces, and what it logs. */
async function serving(pieces: () => AsyncGenerator<string>) {
  const errors: unknown[] = []
  const log = { error: (fields: { err: unknown }) => errors.push(fields.err) }
  const app = new Hono<ApiEnv>()
  const parts = { log } as unknown as ApiParts
  app.get('/', (c) => csvFile(c, parts, { name: 'all.csv', pieces: pieces() }))
  app.onError((_error, c) => c.text('refused', 500))
  const server = createAdaptorServer({ fetch: app.fetch }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, errors }
}

it('a file comes piece by piece, to its end', async () => {
  const { url } = await serving(async function* () {
    yield* ['a,b\r\n', '1,2\r\n']
  })
  const answer = await fetch(url)
  expect(answer.headers.get('content-disposition')).toContain('all.csv')
  expect(await answer.text()).toBe('a,b\r\n1,2\r\n')
})

it('a file that fails half-way can’t be taken for the whole', async () => {
  const failure = new Error('away')
  const { url, errors } = await serving(async function* () {
    yield 'a,b\r\n'
    throw failure
  })
  const answer = await fetch(url)
  await expect(answer.text()).rejects.toThrow()
  expect(errors).toEqual([failure])
})

it('a file that has no beginning is no answer that all is well', async () => {
  const { url } = await serving(async function* () {
    yield* []
    throw new Error('away')
  })
  expect((await fetch(url)).status).toBe(500)
})
