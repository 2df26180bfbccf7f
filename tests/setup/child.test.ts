import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ChildSpec } from '../../scripts/embedded/child.ts'
import { type Keeper, startKeeper } from '../../scripts/embedded/keeper.ts'
import { birthOf } from '../../scripts/embedded/process.ts'

let dir: string
let keeper: Keeper

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'longhaul-child-'))
  keeper = startKeeper()
})

afterEach(async () => {
  await keeper.stopAll()
  rmSync(dir, { recursive: true })
})

/** A Node process that runs `code`; it is ready once it has written the file `up`. */
function node(code: string, overrides: Partial<ChildSpec> = {}): ChildSpec {
  return {
    name: 'example',
    command: process.execPath,
    args: ['-e', code],
    cwd: dir,
    logFile: join(dir, 'example.log'),
    ready: async () => existsSync(join(dir, 'up')),
    readyWithinMs: 10_000,
    stopSignal: 'SIGTERM',
    stopWithinMs: 500,
    revive: true,
    ...overrides,
  }
}

const serve = 'require("fs").writeFileSync("up", ""); setInterval(() => {}, 1e6)'

describe('a child', () => {
  test('is revived under a new process id after it was killed', async () => {
    const child = keeper.start(node(serve))
    await child.waitReady()
    const first = child.pid()
    await child.kill('SIGKILL')
    await child.waitReady()
    expect(child.pid()).not.toBe(first)
  })

  test('stays down when it was stopped', async () => {
    const child = keeper.start(node(serve))
    await child.waitReady()
    const pid = child.pid() ?? 0
    await child.stop()
    expect(birthOf(pid)).toBeUndefined()
    expect(child.pid()).toBeUndefined()
  })

  test('that ignores the polite signal is killed after its grace', async () => {
    const child = keeper.start(node(`process.on("SIGTERM", () => {}); ${serve}`))
    await child.waitReady()
    const pid = child.pid() ?? 0
    await child.stop()
    expect(birthOf(pid)).toBeUndefined()
  })

  test('that ends instead of starting is reported with its last lines', async () => {
    const child = keeper.start(node('console.error("no such table"); process.exit(3)'))
    await expect(child.waitReady()).rejects.toThrow(/ended instead of starting[^]*no such table/)
  })

  test('that never gets ready is reported after its deadline', async () => {
    const child = keeper.start(node('setInterval(() => {}, 1e6)', { readyWithinMs: 300 }))
    await expect(child.waitReady()).rejects.toThrow(/not ready within 0.3 s/)
  })

  test('whose command does not exist is reported with the reason', async () => {
    const child = keeper.start(node('', { command: join(dir, 'nothing') }))
    await expect(child.waitReady()).rejects.toThrow(/ENOENT/)
  })

  test('appends to its log over several lives', async () => {
    const child = keeper.start(node(`console.log("born"); ${serve}`))
    await child.waitReady()
    await child.kill('SIGKILL')
    const births = () => readFileSync(join(dir, 'example.log'), 'utf8').match(/born/g)
    await vi.waitFor(() => expect(births()).toHaveLength(2), { timeout: 5_000 })
  })

  test('puts an overlong log aside when it starts', async () => {
    writeFileSync(join(dir, 'example.log'), Buffer.alloc(17 * 1024 * 1024))
    await keeper.start(node(serve)).waitReady()
    expect(existsSync(join(dir, 'example.log.1'))).toBe(true)
  })
})

test('children end newest first', async () => {
  const ending = 'process.on("SIGTERM", () => { console.log(process.argv[1]); process.exit() })'
  const specs = ['first', 'second'].map((name) => {
    const spec = node(`${ending}; ${serve}`)
    return { ...spec, name, args: [...spec.args, name] }
  })
  for (const spec of specs) {
    await keeper.start(spec).waitReady()
    rmSync(join(dir, 'up'))
  }
  await keeper.stopAll()
  expect(readFileSync(join(dir, 'example.log'), 'utf8')).toBe('second\nfirst\n')
})

test('a killed watchdog is replaced and knows the children again', async () => {
  const before = keeper.watchdogPid()
  process.kill(before, 'SIGKILL')
  await vi.waitFor(() => expect(keeper.watchdogPid()).not.toBe(before), { timeout: 5_000 })
})
