import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { PROJECT } from '../../scripts/embedded/folder.ts'
import { EVENTS } from '../unit/replay-builders.ts'

/** Refused before anything is started: a stack takes longer. Milliseconds. */
const QUICKLY = 10_000

function replay(...args: string[]) {
  const command = ['--import', 'tsx', join(PROJECT, 'scripts', 'replay.ts'), ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    ...{ cwd: PROJECT, encoding: 'utf8', timeout: QUICKLY },
  })
  return { status, stdout, stderr }
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-replay-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

describe('npm run replay', () => {
  test.each([
    ['nothing', [], 'one folder or file is needed'],
    ['two logs', [EVENTS, EVENTS], 'one folder or file is needed'],
    ['a limit that is none', [EVENTS, '--limit', 'all'], '--limit takes a number from 1 on'],
    ['no orders at once', [EVENTS, '--at-once', '0'], '--at-once takes a number from 1 to 1000'],
    ['too many at once', [EVENTS, '--at-once', '1001'], '--at-once takes a number from 1 to 1000'],
    ['an unknown sample', [EVENTS, '--sample', 'last'], '--sample is even or first'],
    ['a shop of many words', [EVENTS, '--shop', 'a b'], '--shop takes up to 64 letters'],
    ['an unknown option', [EVENTS, '--fast'], "Unknown option '--fast'"],
  ])('refuses %s and says how it is called', (_, args, says) => {
    const { status, stdout, stderr } = replay(...args)
    expect(status).toBe(1)
    expect(stderr).toContain(`✗ ${says}`)
    expect(stderr).toContain('Usage: npm run replay -- <folder or file>')
    expect(stdout).toBe('')
  })

  test('lists the layouts that it knows for a path that holds none', () => {
    const folder = emptyFolder()
    const { status, stdout, stderr } = replay(folder)
    expect(status).toBe(1)
    expect(stderr).toContain(`✗ ${folder} holds no order log that can be read.`)
    expect(stderr).toMatch(/olist: a folder with .*\n +event-csv: a CSV file/)
    expect(stdout).toBe('')
  })

  test('refuses a report where none can be written, before it starts anything', () => {
    const file = join(emptyFolder(), 'taken')
    writeFileSync(file, '')
    const { status, stdout, stderr } = replay(EVENTS, '--report', file)
    expect(status).toBe(1)
    expect(stderr).toContain(`✗ The folder ${file} can't be written (EEXIST).`)
    expect(stdout).toBe('')
    expect(existsSync(join(file, 'report.json'))).toBe(false)
  })
})
