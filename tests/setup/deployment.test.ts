import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPrincipal } from '../../db/access.ts'
import { connect } from '../../db/connection.ts'
import { PROJECT } from '../../scripts/embedded/folder.ts'
import { nodeArguments } from '../../scripts/embedded/node-arguments.ts'
import { type Infrastructure, startInfrastructure } from '../../scripts/infrastructure.ts'
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts'
import { freshFolder } from './fixtures/supervisor.ts'

let servers: Infrastructure

beforeAll(async () => {
  servers = await startInfrastructure({ dir: freshFolder(), durable: false })
})

afterAll(async () => {
  await servers.stop()
  rmSync(servers.folder.path, { recursive: true })
})

/** A role of the image, run as its container runs it. */
function run(role: string, ...args: string[]) {
  const { databaseUrl: DATABASE_URL, temporalAddress: TEMPORAL_ADDRESS } = servers
  const env = { ...process.env, DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE: 'shop' }
  const script = nodeArguments(`scripts/${role}`)
  return spawnSync(process.execPath, [...script, ...args], { cwd: PROJECT, env, encoding: 'utf8' })
}

describe('the jobs of a deployment', () => {
  test('bring a namespace its search attributes, once', () => {
    const names = SEARCH_ATTRIBUTES.map(({ name }) => name)
    expect(run('namespace').stdout).toBe(`Namespace shop: added ${names.join(', ')}\n`)
    expect(run('namespace').stdout).toBe('Namespace shop: added nothing\n')
  })

  test('bring a database its schema, once, and then its keys', async () => {
    expect(run('migrate').stdout).toMatch(/^Applied 0001_orders\.sql/)
    expect(run('migrate').stdout).toBe('Nothing to apply\n')
    const key = run('key', 'desk', 'support').stdout.trim()
    const db = connect(servers.databaseUrl, { max: 1 })
    expect(await findPrincipal(db, key)).toEqual({ id: 'desk', role: 'support' })
    await db.end()
  })

  test.each([
    [['desk-2', 'boss'], /needs an id and a role/],
    [['desk-2', 'customer'], /A subject is for customer/],
    [['desk-2', 'finance', 'aurora'], /A subject is for customer/],
  ])('refuse the key %j with the way out', (args, reason) => {
    expect(run('key', ...args)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(new RegExp(`${reason.source}[^]*Usage: key`)),
    })
  })

  test('refuse a second key of the same id', () => {
    run('migrate')
    run('key', 'till', 'finance')
    expect(run('key', 'till', 'finance').stderr).toMatch(/There is a key of this id/)
  })
})
