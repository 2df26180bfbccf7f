import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Folder, readJson, writeJson } from './folder.ts'
import { type ProcessId, identify, isRunning } from './process.ts'
import { SetupError } from './setup-error.ts'

/** A killed run's watchdog needs at most its grace of 10 s to end the children. */
const LAST_RUN_ENDS_WITHIN_MS = 20_000
const POLL_MS = 100

/** Who runs in this folder. `watchdog` outlives a killed supervisor until its children have ended. */
export type Instance = { supervisor: ProcessId; watchdog?: ProcessId; url?: string }

const fileOf = (folder: Folder) => folder.file('running.json')

export const readInstance = (folder: Folder) => readJson<Instance>(fileOf(folder))

/** Take the folder for this process, waiting for the children of a killed run to end. */
export async function claimFolder(folder: Folder): Promise<void> {
  const instance = readInstance(folder)
  if (instance && isRunning(instance.supervisor)) throw alreadyRunning(instance)
  if (instance) await waitForEnd(instance)
  rmSync(fileOf(folder), { force: true })
  const mine: Instance = { supervisor: identify(process.pid) }
  try {
    writeFileSync(fileOf(folder), JSON.stringify(mine), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw alreadyRunning(readInstance(folder) ?? mine)
  }
}

export function noteInstance(folder: Folder, details: Omit<Instance, 'supervisor'>): void {
  const supervisor = identify(process.pid)
  writeJson(fileOf(folder), { ...readInstance(folder), supervisor, ...details })
}

export const releaseFolder = (folder: Folder) => rmSync(fileOf(folder), { force: true })

/** Wait until neither the supervisor nor its watchdog runs any more. */
export async function waitForEnd({ supervisor, watchdog }: Instance): Promise<void> {
  const deadline = Date.now() + LAST_RUN_ENDS_WITHIN_MS
  const left = () => [supervisor, watchdog].filter((id) => id !== undefined).filter(isRunning)
  while (left().length > 0) {
    if (Date.now() > deadline) {
      const pids = left().map(({ pid }) => pid)
      throw new SetupError(
        `An earlier run of this folder does not end (process ${pids.join(', ')}).`,
        'End these processes, then try again.',
      )
    }
    await sleep(POLL_MS)
  }
}

function alreadyRunning({ supervisor, url }: Instance): SetupError {
  return new SetupError(
    `Longhaul already runs in this folder: process ${supervisor.pid}, ${url ?? 'still starting'}.`,
    'Use that one, or stop it with Ctrl-C in its terminal or `npm run reset`.',
  )
}
