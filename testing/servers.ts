import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { migrate } from '../db/migrate.ts'
import { bundleWorkflows } from '../scripts/bundle.ts'
import { openFolder } from '../scripts/embedded/folder.ts'
import { SetupError } from '../scripts/embedded/setup-error.ts'
import { startInfrastructure } from '../scripts/infrastructure.ts'

/** Where the servers of a test run are; plain JSON, so that other processes can be told. */
export type Servers = {
  /** PostgreSQL's own database; each world makes one from the template. */
  postgresUrl: string
  /** Migrated and empty: `create database … template …` takes milliseconds. */
  templateDatabase: string
  temporalAddress: string
  /** The workflows as one file, which workers load. */
  bundlePath: string
}

export type RunningServers = Servers & {
  /** End both servers and delete their data. */
  stop(): Promise<void>
}

export type ServerOptions = {
  /**
   * Folder for what is fetched or built once and used again: Temporal's server, the workflow bundle. `.longhaul` in
   * the working directory unless given. No data of a run is kept.
   */
  cache?: string
  /** Told what takes long: a download, a first copy. */
  say?: (line: string) => void
}

const TEMPLATE = 'longhaul_template'
/** Inherited by the processes that run test files. */
const VARIABLE = 'LONGHAUL_TEST_SERVERS'

/**
 * Start PostgreSQL and Temporal's dev server, both throw-away, for any number of worlds: about three seconds, and once
 * per machine the download of Temporal's server (45 MB). Every process started afterwards by this one finds them.
 * Throws an error with the way out where something is missing on this machine.
 */
export async function startServers(options: ServerOptions = {}): Promise<RunningServers> {
  const { cache = join(process.cwd(), '.longhaul'), say = () => {} } = options
  const dir = mkdtempSync(join(tmpdir(), 'longhaul-tests-'))
  // As root, PostgreSQL runs as another user, who has to pass through.
  chmodSync(dir, 0o711)
  const undo = [async () => rmSync(dir, { recursive: true })]
  const stop = async () => {
    delete process.env[VARIABLE]
    for (const step of undo.toReversed()) await step()
  }
  try {
    const running = await startInfrastructure({ dir, cache, durable: false, revive: false, say })
    undo.push(running.stop)
    const { databaseUrl: postgresUrl, temporalAddress } = running
    await makeTemplate(postgresUrl)
    const bundlePath = await bundleWorkflows(openFolder(cache).path)
    const servers = { postgresUrl, templateDatabase: TEMPLATE, temporalAddress, bundlePath }
    process.env[VARIABLE] = JSON.stringify(servers)
    return { ...servers, stop }
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

/** The servers that this run's set-up started. */
export function findServers(): Servers {
  const told = process.env[VARIABLE]
  if (told !== undefined) return JSON.parse(told) as Servers
  throw new SetupError(
    'No test servers are running.',
    "With vitest, add globalSetup: ['longhaul/testing/setup'] to its configuration; elsewhere, call startServers() first.",
  )
}
