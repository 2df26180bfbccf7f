import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Child } from './child.ts'
import { markPostgres } from './epoch.ts'
import type { Folder } from './folder.ts'
import type { Keeper } from './keeper.ts'
import { type PostgresHome, giveTo } from './postgres-home.ts'
import { SetupError } from './setup-error.ts'

const USER = 'longhaul'
const DATABASE = 'longhaul'
/** Recovery after a hard stop reads up to 1 GB of log (`max_wal_size`) before it answers. */
const READY_WITHIN_MS = 60_000
/** A fast stop writes one checkpoint. */
const STOP_WITHIN_MS = 10_000
const CONNECT_TIMEOUT_S = 2

export type PostgresOptions = {
  folder: Folder
  home: PostgresHome
  password: string
  port: number
  epoch: string
  /** False only where losing the data costs nothing: tests. */
  durable: boolean
  revive: boolean
  keeper: Keeper
  onRevive?: ((name: string) => void) | undefined
}

export type Postgres = { child: Child; url: string }

/** Start the instance's PostgreSQL, making its cluster and its database at the first start. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { folder, home, port, password, keeper, revive, onRevive } = options
  if (!existsSync(home.data)) await makeCluster(options)
  const server = `postgres://${USER}:${password}@127.0.0.1:${port}`
  const child = keeper.start({
    name: 'postgres',
    command: join(home.bin, 'postgres'),
    args: ['-D', home.data, ...settings(options)],
    env: environment(),
    cwd: '/',
    owner: home.owner,
    logFile: folder.log('postgres'),
    ready: () => answers(`${server}/postgres`),
    readyWithinMs: READY_WITHIN_MS,
    // SIGINT is PostgreSQL's fast stop; SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    stopWithinMs: STOP_WITHIN_MS,
    revive,
    onRevive,
  })
  await child.waitReady()
  await makeDatabase(`${server}/postgres`)
  return { child, url: `${server}/${DATABASE}` }
}

/** Log lines carry neither statements nor the values in them: both can hold personal data. */
function settings({ port, durable }: PostgresOptions): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port,
    // A socket's path is limited to about 100 characters, a project's folder is not.
    unix_socket_directories: '',
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** PG* variables of the caller would change what initdb and postgres do. */
const environment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')))

/** Under another name until whole, so that an interrupted first start leaves no half cluster. */
async function makeCluster({ folder, home, password, epoch, durable }: PostgresOptions) {
  const draft = `${home.data}.new`
  const passwordFile = `${home.data}.password`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  for (const path of [draft, passwordFile]) giveTo(home.owner, path)
  try {
    await initdb(
      home,
      folder,
      [
        ['-D', draft, '-U', USER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
        ['--no-instructions', ...(durable ? [] : ['--no-sync'])],
      ].flat(),
    )
  } finally {
    rmSync(passwordFile, { force: true })
  }
  markPostgres(draft, epoch)
  renameSync(draft, home.data)
}

async function initdb({ bin, owner }: PostgresHome, folder: Folder, args: string[]) {
  const log = openSync(folder.log('initdb'), 'w', 0o600)
  const code = await new Promise<number | string | null>((resolve) => {
    const stdio: ['ignore', number, number] = ['ignore', log, log]
    const child = spawn(join(bin, 'initdb'), args, {
      stdio,
      cwd: '/',
      env: environment(),
      ...owner,
    })
    child.once('exit', resolve)
    child.once('error', (error) => resolve(error.message))
  })
  closeSync(log)
  if (code === 0) return
  throw new SetupError(
    `PostgreSQL's data folder could not be made (initdb: ${code}).`,
    `Its reasons are in ${folder.log('initdb')}; free disk space is the usual one.`,
  )
}

async function answers(url: string): Promise<boolean> {
  return withClient(url, async (sql) => (await sql`select 1`).length === 1)
}

async function makeDatabase(url: string): Promise<void> {
  await withClient(url, async (sql) => {
    const found = await sql`select 1 from pg_database where datname = ${DATABASE}`
    if (found.length === 0) await sql`create database ${sql(DATABASE)}`
  })
}

async function withClient<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: CONNECT_TIMEOUT_S, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: CONNECT_TIMEOUT_S })
  }
}
