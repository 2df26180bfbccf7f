import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type {} from 'vitest'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../db/migrate.ts'
import { bundleWorkflows } from '../../scripts/bundle.ts'
import { openFolder } from '../../scripts/embedded/folder.ts'
import { startInfrastructure } from '../../scripts/infrastructure.ts'

/** What tests with servers get: `inject('infra')`. */
export type Infra = {
  /** The server's own database; make another one from the template for each test file. */
  postgresUrl: string
  /** Migrated and empty: `create database … template …` takes milliseconds. */
  templateDatabase: string
  temporalAddress: string
  bundlePath: string
}

declare module 'vitest' {
  // Declaration merging is the only way to type what is provided, and it needs an interface.
  export interface ProvidedContext {
    infra: Infra
  }
}

const TEMPLATE = 'longhaul_template'

type Shared = { users: number; running: Promise<{ infra: Infra; stop: () => Promise<void> }> }

/** Each project loads this file anew, so what they share lives on the global object. */
const holder = globalThis as typeof globalThis & { longhaulTestServers?: Shared | undefined }

/** One PostgreSQL and one Temporal for all projects that ask, ended by the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (holder.longhaulTestServers ??= { users: 0, running: start() })
  shared.users += 1
  const { infra, stop } = await shared.running
  project.provide('infra', infra)
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    holder.longhaulTestServers = undefined
    await stop()
  }
}

async function start() {
  const dir = mkdtempSync(join(tmpdir(), 'longhaul-tests-'))
  // As root, PostgreSQL runs as another user, who has to pass through.
  chmodSync(dir, 0o711)
  const undo = [async () => rmSync(dir, { recursive: true })]
  const stop = async () => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    const servers = await startInfrastructure({ dir, durable: false, revive: false })
    undo.push(servers.stop)
    const { databaseUrl: postgresUrl, temporalAddress } = servers
    await makeTemplate(postgresUrl)
    const bundlePath = await bundleWorkflows(openFolder().path)
    return { infra: { postgresUrl, templateDatabase: TEMPLATE, temporalAddress, bundlePath }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function makeTemplate(postgresUrl: string): Promise<void> {
  const sql = postgres(postgresUrl, { max: 1 })
  await sql`create database ${sql(TEMPLATE)}`
  await sql.end()
  const url = new URL(postgresUrl)
  url.pathname = `/${TEMPLATE}`
  await migrate(url.href)
}
