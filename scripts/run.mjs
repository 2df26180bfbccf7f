#!/usr/bin/env node
// The door of every npm command: plain Node, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const OLDEST_NODE = [20, 19]
const LOCK = join(ROOT, '.longhaul', 'install.lock')
/** How often a run that waits for another one's install looks again. */
const LOCK_POLL_MS = 250
/** A terminal and npm both pass on one Ctrl-C; within this time it counts once. */
const SAME_SIGNAL_MS = 1000

const [command = 'start', ...args] = process.argv.slice(2)
checkNode()
checkCommand()
try {
  await install()
} catch (error) {
  fail(error.message, wayOutOf(error))
}
run()

function fail(problem, wayOut) {
  console.error(`\n✗ ${problem}\n  ${wayOut}\n`)
  process.exit(1)
}

function wayOutOf(error) {
  const fileTrouble = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code)
  if (fileTrouble)
    return `Make ${ROOT} writable for this user, with some free space, and try again.`
  return 'See the lines above; then try again, or run `npm ci --ignore-scripts` by hand.'
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  fail(
    `Node ${process.versions.node} is too old: Longhaul needs ${OLDEST_NODE.join('.')} or newer.`,
    'Install a current Node from https://nodejs.org or with your version manager.',
  )
}

function checkCommand() {
  const known = /^[a-z-]+$/.test(command) && existsSync(join(ROOT, 'scripts', `${command}.ts`))
  if (!known) fail(`There is no command "${command}".`, 'Try: npm start, npm test, npm run check.')
}

async function install() {
  if (isInstalled()) return
  await takeLock()
  try {
    if (!isInstalled()) npmCi()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

/** npm writes its own hidden lockfile last, so agreement with ours means a whole install. */
function isInstalled() {
  const installed = packagesOf(join(ROOT, 'node_modules', '.package-lock.json'))
  if (!installed) return false
  const wanted = Object.entries(packagesOf(join(ROOT, 'package-lock.json')) ?? {})
  return wanted.every(([path, { version, optional, devOptional }]) => {
    if (path === '' || ((optional || devOptional) && !installed[path])) return true
    return installed[path]?.version === version
  })
}

function packagesOf(lockfile) {
  return existsSync(lockfile) ? JSON.parse(readFileSync(lockfile, 'utf8')).packages : undefined
}

/** A hard link appears with its content or not at all, so nobody reads a half-written lock. */
async function takeLock() {
  mkdirSync(dirname(LOCK), { recursive: true, mode: 0o711 })
  const mine = `${LOCK}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  try {
    for (let waited = false; !tryLink(mine); waited = true) {
      if (!waited) console.log('Another run is installing; waiting for it …')
      dropDeadLock()
      await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS))
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

function tryLink(mine) {
  try {
    linkSync(mine, LOCK)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function dropDeadLock() {
  const holder = existsSync(LOCK) ? Number(readFileSync(LOCK, 'utf8')) : 0
  if (holder > 0 && !isAlive(holder)) rmSync(LOCK, { force: true })
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Install scripts stay off: nothing used here needs them, whatever npm's default is. */
function npmCi() {
  console.log('Installing dependencies, once per lockfile …')
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (npm.error?.code === 'ENOENT') throw new Error('npm was not found on the PATH.')
  if (npm.error) throw npm.error
  if (npm.status !== 0) throw new Error(`npm ci ended with code ${npm.status ?? npm.signal}.`)
}

/** A session of its own, so that Ctrl-C reaches the command once, through us. */
function run() {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join('scripts', `${command}.ts`), ...args],
    { cwd: ROOT, detached: true, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  )
  let forwardedAt = -Infinity
  const forward = (signal) => {
    if (performance.now() - forwardedAt < SAME_SIGNAL_MS) return
    forwardedAt = performance.now()
    child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
  child.on('error', (error) => fail(error.message, 'Try again.'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
