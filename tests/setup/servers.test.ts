import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { birthOf } from '../../scripts/embedded/process.ts'
import { type Infrastructure, startInfrastructure } from '../../scripts/infrastructure.ts'
import { freshFolder, runScript, startSupervisor } from './fixtures/supervisor.ts'

/** A killed supervisor's children get 10 s of grace. */
const GONE_WITHIN_MS = 15_000

let dir: string
const running: Infrastructure[] = []

beforeEach(() => {
  dir = freshFolder()
})

afterEach(async () => {
  for (const infrastructure of running.splice(0)) await infrastructure.stop()
  rmSync(dir, { recursive: true })
})

async function start(): Promise<Infrastructure> {
  const infrastructure = await startInfrastructure({ dir })
  running.push(infrastructure)
  return infrastructure
}

async function query<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

describe('running servers', () => {
  test('keep what was committed when they are killed, and come back', async () => {
    const { databaseUrl, temporalAddress, ...servers } = await start()
    await query(databaseUrl, (sql) => sql`create table kept as select 1 as id`)
    await Promise.all([servers.postgres.kill('SIGKILL'), servers.temporal.kill('SIGKILL')])
    await Promise.all([servers.postgres.waitReady(), servers.temporal.waitReady()])
    expect(await query(databaseUrl, (sql) => sql`select id from kept`)).toHaveLength(1)
    const connection = await Connection.connect({ address: temporalAddress })
    await connection.close()
  })

  test('are held by one process, behind closed secrets, and know our attributes', async () => {
    const { temporalAddress, folder } = await start()
    await expect(startInfrastructure({ dir })).rejects.toThrow(`process ${process.pid}`)
    expect(statSync(folder.file('secrets.json')).mode & 0o777).toBe(0o600)
    const { attributes, retentionDays } = await namespaceOf(temporalAddress)
    expect(attributes).toEqual(
      expect.arrayContaining(['MerchantIds', 'OrderStatus', 'PlacedAt', 'Total']),
    )
    expect(retentionDays).toBe(30)
  })
})

async function namespaceOf(address: string) {
  const connection = await Connection.connect({ address })
  const namespace = 'default'
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  const { config } = await connection.workflowService.describeNamespace({ namespace })
  await connection.close()
  const seconds = Number(config?.workflowExecutionRetentionTtl?.seconds)
  return { attributes: Object.keys(customAttributes), retentionDays: seconds / 86_400 }
}

describe('data of different beginnings', () => {
  test('is refused with the way out', async () => {
    const first = await start()
    await running.pop()?.stop()
    writeFileSync(first.folder.file('epoch'), 'another\n')
    await expect(startInfrastructure({ dir })).rejects.toThrow(/do not belong.*[^]*npm run reset/)
  })
})

describe('a supervisor killed outright', () => {
  test('leaves no orphan, and its folder can be used again', async () => {
    const { child, ended, pids, databaseUrl } = await startSupervisor(dir)
    await query(databaseUrl, (sql) => sql`create table kept as select 1 as id`)
    child.kill('SIGKILL')
    await ended
    const alive = () => pids.filter((pid) => birthOf(pid) !== undefined)
    await vi.waitFor(() => expect(alive()).toEqual([]), { timeout: GONE_WITHIN_MS })
    const again = await start()
    expect(await query(again.databaseUrl, (sql) => sql`select id from kept`)).toHaveLength(1)
  })

  test('is followed by a start that waits for its children to end', async () => {
    const { child, ended } = await startSupervisor(dir)
    child.kill('SIGKILL')
    await ended
    await expect(start()).resolves.toBeDefined()
  })
})

describe('a reset', () => {
  test('stops the running instance, removes its data and keeps the downloads', async () => {
    mkdirSync(join(dir, 'bin'))
    const { ended, pids } = await startSupervisor(dir)
    const reset = runScript('reset', dir)
    expect(reset.stdout).toMatch(/Stopping process/)
    expect(await ended).toBe(0)
    expect(pids.filter((pid) => birthOf(pid) !== undefined)).toEqual([])
    expect(existsSync(join(dir, 'temporal.db'))).toBe(false)
    expect(existsSync(join(dir, 'postgres'))).toBe(false)
    expect(existsSync(join(dir, 'bin'))).toBe(true)
  })

  test('of a folder that does not exist says so', () => {
    const reset = runScript('reset', join(dir, 'nothing'))
    expect(reset).toMatchObject({ status: 0, stdout: expect.stringMatching(/Nothing to reset/) })
  })
})
