import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PROJECT } from '../../scripts/embedded/folder.ts'

let project: string
let env: NodeJS.ProcessEnv

/** A project as small as the door allows: it depends on tsx alone, and that is there. */
beforeEach(() => {
  env = { ...process.env }
  project = mkdtempSync(join(tmpdir(), 'longhaul-run-'))
  for (const folder of ['scripts', 'node_modules']) mkdirSync(join(project, folder))
  copyFileSync(join(PROJECT, 'scripts', 'run.mjs'), join(project, 'scripts', 'run.mjs'))
  symlinkSync(join(PROJECT, 'node_modules', 'tsx'), join(project, 'node_modules', 'tsx'))
  write('package.json', { type: 'module' })
  write('package-lock.json', { packages: { '': {}, 'node_modules/tsx': { version: '4.0.0' } } })
  write('node_modules/.package-lock.json', {
    packages: { 'node_modules/tsx': { version: '4.0.0' } },
  })
})

afterEach(() => rmSync(project, { recursive: true }))

function write(name: string, content: object | string) {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(join(project, name), text)
}

const door = (...args: string[]) => [join(project, 'scripts', 'run.mjs'), ...args]
const run = (...args: string[]) =>
  spawnSync(process.execPath, door(...args), { encoding: 'utf8', env })

describe('the door of the commands', () => {
  test("passes arguments on and ends with the command's code", () => {
    write('scripts/hello.ts', 'console.log(process.argv.slice(2).join()); process.exitCode = 7')
    expect(run('hello', 'a', 'b')).toMatchObject({ status: 7, stdout: 'a,b\n' })
  })

  test('says which commands there are when it does not know one', () => {
    expect(run('../escape')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/npm start/),
    })
  })

  test('forwards one Ctrl-C once', async () => {
    const count = 'let n = 0; process.on("SIGINT", () => { n += 1 }); console.log("up")'
    write('scripts/wait.ts', `${count}; setTimeout(() => { console.log(n) }, 700)`)
    const child = spawn(process.execPath, door('wait'), { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      if (lines.push(line) > 1) continue
      child.kill('SIGINT')
      child.kill('SIGINT')
    }
    expect(lines).toEqual(['up', '1'])
  })

  test('says what to do when npm ci fails', () => {
    npm('exit 9')
    expect(run('hello')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/npm ci ended with code 9[^]*npm ci --ignore-scripts/),
    })
  })

  test('takes over the install lock of a dead process', () => {
    npm(`cp ${project}/package-lock.json ${project}/node_modules/.package-lock.json`)
    write('.longhaul/install.lock', String(spawnSync(process.execPath, ['-e', '']).pid))
    expect(run('hello').status).toBe(0)
    expect(existsSync(join(project, '.longhaul', 'install.lock'))).toBe(false)
  })

  test('installs once when two runs begin together', async () => {
    const log = join(project, 'npm.log')
    const hiddenLock = `${project}/node_modules/.package-lock.json`
    npm(`echo install >>${log}; sleep 0.5; cp ${project}/package-lock.json ${hiddenLock}`)
    const codes = await Promise.all(
      [1, 2].map(() => ended(spawn(process.execPath, door('hello'), { env }))),
    )
    expect(codes).toEqual([0, 0])
    expect(readFileSync(log, 'utf8')).toBe('install\n')
  })
})

/** A stand-in for npm that runs `line`, for a project that is not installed yet. */
function npm(line: string) {
  write('scripts/hello.ts', '')
  write('node_modules/.package-lock.json', { packages: {} })
  for (const folder of ['.longhaul', 'bin']) mkdirSync(join(project, folder))
  writeFileSync(join(project, 'bin', 'npm'), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  env['PATH'] = `${join(project, 'bin')}:${process.env['PATH']}`
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve))
