import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { ChildProcess } from 'node:child_process'
import { addToCatalogue } from '../db/catalog.ts'
import type { CatalogueSeed } from '../db/catalog.ts'
import type { Db } from '../db/connection.ts'
import { PROJECT } from '../scripts/embedded/folder.ts'
import { nodeArguments } from '../scripts/embedded/node-arguments.ts'
import { SetupError } from '../scripts/embedded/setup-error.ts'
import { cloneDatabase } from '../testing/database.ts'
import type { Servers } from '../testing/servers.ts'
import { makeFloorTable } from './floor.ts'
import { SETTINGS } from './settings.ts'
import type { Addresses, ServerSettings } from './settings.ts'

export type Surroundings = {
  servers: Servers
  /** Where the API's log lines go. */
  logFile: string
}

/** A database of its own, its goods, and the API in a process of its own. */
export type BenchShop = Addresses & {
  db: Db
  databaseUrl: string
  taskQueue: string
  close(): Promise<void>
}

export async function openShop(
  { servers, logFile }: Surroundings,
  { catalogue, ...how }: { catalogue: CatalogueSeed; handsOn: boolean; sandboxUrl?: string },
): Promise<BenchShop> {
  const { db, databaseUrl, drop } = await cloneDatabase(servers)
  const taskQueue = `bench-${randomUUID()}`
  const undo = [drop]
  const close = async () => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    await makeFloorTable(db)
    await addToCatalogue(db, catalogue)
    const { temporalAddress } = servers
    const settings: ServerSettings = { databaseUrl, temporalAddress, taskQueue, ...how }
    const server = await startPart<Addresses>('bench/server', { settings, logFile })
    undo.push(server.stop)
    // Planned by what is there, not by what a fresh table looks like.
    await db`analyze`
    return { ...server.told, db, databaseUrl, taskQueue, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** One of the processes under measurement, and what it tells once it is ready. It ends when nobody listens to it any more. */
export async function startPart<Told>(
  module: string,
  { settings, logFile }: { settings: object; logFile: string },
): Promise<{ told: Told; stop: () => Promise<void> }> {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(process.execPath, nodeArguments(module), {
      cwd: PROJECT,
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, [SETTINGS]: JSON.stringify(settings) },
    })
    return { told: (await toldBy(child, logFile)) as Told, stop: () => stop(child) }
  } finally {
    closeSync(log)
  }
}

async function toldBy(child: ChildProcess, logFile: string): Promise<unknown> {
  const ended = once(child, 'exit').then(() => undefined)
  const [told] = (await Promise.race([once(child, 'message'), ended])) ?? []
  if (told !== undefined) return told
  throw new SetupError('The measured process ended instead of starting.', `See ${logFile}.`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
