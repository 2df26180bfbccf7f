import { existsSync } from 'node:fs'
import type { Child } from './embedded/child.ts'
import { checkEpochs, markTemporal } from './embedded/epoch.ts'
import { type Folder, openFolder } from './embedded/folder.ts'
import { claimFolder, noteInstance, releaseFolder } from './embedded/instance.ts'
import { type Keeper, startKeeper } from './embedded/keeper.ts'
import { type Ports, choosePorts } from './embedded/ports.ts'
import { openPostgresHome } from './embedded/postgres-home.ts'
import { startPostgres } from './embedded/postgres.ts'
import { identify } from './embedded/process.ts'
import { type Secrets, openSecrets } from './embedded/secrets.ts'
import { candidates, findTemporal } from './embedded/temporal-binary.ts'
import { startTemporal } from './embedded/temporal.ts'

export type InfrastructureOptions = {
  /** The instance's folder, `.longhaul` of the project unless given. */
  dir?: string | undefined
  /** Where copies of the servers' binaries are kept, the instance's folder unless given. */
  cache?: string
  /** False for tests: PostgreSQL without fsync, Temporal in memory. */
  durable?: boolean
  /** Start dead children again. */
  revive?: boolean
  /** First wishes; a taken port is replaced by a free one and that one remembered. */
  ports?: Partial<Ports>
  /** Where progress is told. */
  say?: (line: string) => void
}

export type Infrastructure = {
  folder: Folder
  secrets: Secrets
  /** Of every part, also of those that `startStack` adds. */
  ports: Ports
  keeper: Keeper
  postgres: Child
  temporal: Child
  databaseUrl: string
  temporalAddress: string
  temporalUiUrl: string
  /** End Temporal, then PostgreSQL, and give the folder free. */
  stop: () => Promise<void>
}

/** PostgreSQL and Temporal alone, as tests need them; `startStack` adds Longhaul's own processes. */
export async function startInfrastructure(
  options: InfrastructureOptions = {},
): Promise<Infrastructure> {
  const folder = openFolder(options.dir)
  await claimFolder(folder)
  const keeper = startKeeper()
  noteInstance(folder, { watchdog: identify(keeper.watchdogPid()) })
  const stop = async () => {
    await keeper.stopAll()
    releaseFolder(folder)
  }
  try {
    return { ...(await startBoth(folder, keeper, options)), folder, keeper, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startBoth(folder: Folder, keeper: Keeper, options: InfrastructureOptions) {
  const { durable = true, revive = true, say = () => {} } = options
  const cache = options.cache === undefined ? folder : openFolder(options.cache)
  const home = await openPostgresHome(folder, cache)
  const epoch = checkEpochs(folder, home.data)
  const secrets = openSecrets(folder)
  const binary = await findTemporal(candidates(cache, say))
  const ports = await choosePorts(folder, options.ports ?? {})
  const onRevive = (name: string) => say(`${name} ended unexpectedly and is started again`)
  const shared = { folder, durable, revive, keeper, onRevive }
  say(existsSync(home.data) ? 'Starting PostgreSQL and Temporal …' : 'Making the database …')
  const [postgres, temporal] = await both(
    startPostgres({
      ...shared,
      home,
      password: secrets.POSTGRES_PASSWORD,
      port: ports.postgres,
      epoch,
    }),
    startTemporal({ ...shared, binary, ports }),
  )
  if (durable) markTemporal(folder, epoch)
  return {
    secrets,
    ports,
    postgres: postgres.child,
    temporal: temporal.child,
    databaseUrl: postgres.url,
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.uiUrl,
  }
}

/** Unlike `Promise.all` it waits for both even when one fails, so that nothing starts afterwards. */
async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return [await one, await other]
}
