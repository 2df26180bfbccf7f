import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from './setup-error.ts'

export const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const DEFAULT_FOLDER = join(PROJECT, '.longhaul')

/** The owner alone reads; as root others may pass through, because Postgres runs as another user. */
const FOLDER_MODE = process.getuid?.() === 0 ? 0o711 : 0o700

/** Where one instance keeps everything: data, secrets, ports, logs. */
export type Folder = { path: string; file(name: string): string; log(name: string): string }

/** Open an instance's folder, making it when it is not there. */
export function openFolder(dir: string = DEFAULT_FOLDER): Folder {
  const path = resolve(dir)
  try {
    mkdirSync(join(path, 'logs'), { recursive: true })
    chmodSync(path, FOLDER_MODE)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new SetupError(
      `The folder ${path} cannot be written (${reason}).`,
      'Give this user a writable project folder with free space, and try again.',
    )
  }
  return {
    path,
    file: (name) => join(path, name),
    log: (name) => join(path, 'logs', `${name}.log`),
  }
}

export function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    throw new SetupError(`${file} is damaged.`, 'Restore it, or start over with `npm run reset`.')
  }
}

/** Whole or not at all, readable by its owner only. */
export function writeJson(file: string, value: unknown): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}
