import { createServer } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Folder, openFolder } from '../../scripts/embedded/folder.ts'
import { choosePorts } from '../../scripts/embedded/ports.ts'

let folder: Folder

beforeEach(() => {
  folder = openFolder(mkdtempSync(join(tmpdir(), 'longhaul-ports-')))
})

afterEach(() => rmSync(folder.path, { recursive: true }))

async function occupy(port: number) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

describe('ports', () => {
  test('are the same at the next start', async () => {
    const first = await choosePorts(folder, {})
    expect(await choosePorts(folder, {})).toEqual(first)
  })

  test('all differ', async () => {
    const ports = Object.values(await choosePorts(folder, {}))
    expect(new Set(ports).size).toBe(ports.length)
  })

  test('that were taken meanwhile are replaced, the others kept', async () => {
    const first = await choosePorts(folder, {})
    await using _taken = await occupy(first.api)
    const second = await choosePorts(folder, {})
    expect(second.api).not.toBe(first.api)
    expect({ ...second, api: 0 }).toEqual({ ...first, api: 0 })
  })

  test('follow a wish as long as that port is free', async () => {
    const { api: free } = await choosePorts(folder, {})
    const other = openFolder(join(folder.path, 'other'))
    expect((await choosePorts(other, { api: free })).api).toBe(free)
    await using _taken = await occupy(free)
    expect((await choosePorts(other, { api: free })).api).not.toBe(free)
  })
})
