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
  taskQueue: string
  close(): Promise<void>
}

export async function openShop(
  { servers, logFile }: Surroundings,
  { catalogue, handsOn }: { catalogue: CatalogueSeed; handsOn: boolean },
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
    const child = startServer({ databaseUrl, temporalAddress, taskQueue, handsOn }, logFile)
    undo.push(() => stop(child))
    const addresses = await addressesOf(child, logFile)
    // Planned by what is there, not by what a fresh table looks like.
    await db`analyze`
    return { ...addresses, db, taskQueue, close }
  } catch (error) {
    await close()
    throw error
  }
}

function startServer(settings: ServerSettings, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600)
  try {
    return spawn(process.execPath, nodeArguments('bench/server'), {
      cwd: PROJECT,
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, [SETTINGS]: JSON.stringify(settings) },
    })
  } finally {
    closeSync(log)
  }
}

async function addressesOf(child: ChildProcess, logFile: string): Promise<Addresses> {
  const ended = once(child, 'exit').then(() => undefined)
  const [told] = (await Promise.race([once(child, 'message'), ended])) ?? []
  if (told !== undefined) return told as Addresses
  throw new SetupError('The measured process ended instead of starting.', `See ${logFile}.`)
}

/** It ends when nobody listens to it any more. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
