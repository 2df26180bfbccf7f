import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { linksMade } from '../../scripts/embedded/postgres-home.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longhaul-native-'))
  mkdirSync(join(root, 'native', 'lib'), { recursive: true })
  const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }
  writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify([link]))
})

afterEach(() => rmSync(root, { recursive: true }))

const link = () => readlinkSync(join(root, 'native', 'lib', 'libpq.so.5'))

describe('symbolic links of the PostgreSQL binaries', () => {
  test('are made relative to their folder, so that it can be moved', () => {
    expect(linksMade(join(root, 'native'))).toBe(true)
    expect(link()).toBe('libpq.so.5.18')
  })

  test('are left alone when they exist', () => {
    linksMade(join(root, 'native'))
    expect(linksMade(join(root, 'native'))).toBe(true)
    expect(link()).toBe('libpq.so.5.18')
  })

  test('that cannot be made are reported', () => {
    rmSync(join(root, 'native', 'lib'), { recursive: true })
    expect(linksMade(join(root, 'native'))).toBe(false)
  })
})
