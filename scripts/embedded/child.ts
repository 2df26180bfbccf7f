import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { signalGroup } from './process.ts'
import { SetupError } from './setup-error.ts'
import type { Watchdog } from './watchdog.ts'

const PROBE_EVERY_MS = 30
/** First pause before a dead child is started again; doubles up to the limit. */
const REVIVE_AFTER_MS = 200
const REVIVE_AFTER_LIMIT_MS = 5_000
/** A child that lived this long died of something new: the pause starts small again. */
const STABLE_AFTER_MS = 30_000
/** A longer log is put aside at the next start, one generation is kept. */
const LOG_LIMIT_BYTES = 16 * 1024 * 1024
const LOG_TAIL_LINES = 12
const LETHAL: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT']

export type ChildSpec = {
  name: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Run as another user. */
  owner?: { uid: number; gid: number } | undefined
  logFile: string
  /** Whether it does its work yet; a rejection means not yet. */
  ready: () => Promise<boolean>
  readyWithinMs: number
  stopSignal: NodeJS.Signals
  stopWithinMs: number
  /** Start it again whenever it dies after having been ready once. */
  revive: boolean
  onRevive?: ((name: string) => void) | undefined
}

export type Child = {
  name: string
  pid(): number | undefined
  /** Resolves when it does its work; after a death, when its successor does. */
  waitReady(): Promise<void>
  /** Send a signal to the whole group; for a deadly one, resolves once the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Ask it to stop, insist after `stopWithinMs`. Nothing revives it afterwards. */
  stop(): Promise<void>
}

type Life = { process: ChildProcess; exited: Promise<void>; bornAt: number }
type State = 'starting' | 'ready' | 'dead' | 'failed' | 'stopped'

export function startChild(spec: ChildSpec, watchdog: Watchdog): Child {
  let state: State = 'starting'
  let pauseMs = REVIVE_AFTER_MS
  let revival: NodeJS.Timeout | undefined
  let wasReady = false
  let life = begin()

  function begin(): Life {
    state = 'starting'
    const child = spawnChild(spec)
    if (child.pid) watchdog.watch(child.pid, spec.stopSignal)
    const next = { process: child, exited: exitOf(child, spec.logFile), bornAt: Date.now() }
    void next.exited.then(() => onExit(next))
    void probe(next)
    return next
  }

  /** An answer that comes after this life's end was its predecessor's or its own last. */
  async function probe(mine: Life) {
    const isWaiting = () => life === mine && state === 'starting'
    do {
      await sleep(PROBE_EVERY_MS)
      const answered = await spec.ready().catch(() => false)
      if (!answered || !isWaiting()) continue
      state = 'ready'
      wasReady = true
    } while (isWaiting())
  }

  function onExit({ process: dead, bornAt }: Life) {
    if (dead.pid) watchdog.forget(dead.pid)
    if (state === 'stopped') return
    state = wasReady && spec.revive ? 'dead' : 'failed'
    if (state === 'failed') return
    if (Date.now() - bornAt > STABLE_AFTER_MS) pauseMs = REVIVE_AFTER_MS
    revival = setTimeout(revive, pauseMs)
    pauseMs = Math.min(pauseMs * 2, REVIVE_AFTER_LIMIT_MS)
  }

  function revive() {
    spec.onRevive?.(spec.name)
    life = begin()
  }

  return {
    name: spec.name,
    pid: () => (state === 'starting' || state === 'ready' ? life.process.pid : undefined),
    waitReady: () => waitReady(spec, () => state),
    async kill(signal) {
      const { process: victim, exited } = life
      if (!victim.pid || state === 'dead' || state === 'failed' || state === 'stopped') return
      if (LETHAL.includes(signal)) state = 'dead'
      signalGroup(victim.pid, signal)
      if (LETHAL.includes(signal)) await exited
    },
    async stop() {
      state = 'stopped'
      clearTimeout(revival)
      await endLife(life, spec)
    },
  }
}

function exitOf(child: ChildProcess, logFile: string): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      appendFileSync(logFile, `${error.message}\n`)
      resolve()
    })
  })
}

async function waitReady(spec: ChildSpec, state: () => State): Promise<void> {
  const deadline = Date.now() + spec.readyWithinMs
  while (state() !== 'ready') {
    if (state() === 'failed') throw notReady(spec, 'ended instead of starting')
    if (state() === 'stopped') throw notReady(spec, 'was stopped')
    if (Date.now() > deadline)
      throw notReady(spec, `was not ready within ${spec.readyWithinMs / 1000} s`)
    await sleep(PROBE_EVERY_MS)
  }
}

function spawnChild(spec: ChildSpec): ChildProcess {
  if (existsSync(spec.logFile) && statSync(spec.logFile).size > LOG_LIMIT_BYTES)
    renameSync(spec.logFile, `${spec.logFile}.1`)
  const log = openSync(spec.logFile, 'a', 0o600)
  try {
    return spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: spec.env ?? process.env,
      ...(spec.cwd && { cwd: spec.cwd }),
      ...spec.owner,
    })
  } finally {
    closeSync(log)
  }
}

async function endLife({ process: child, exited }: Life, spec: ChildSpec): Promise<void> {
  if (!child.pid || child.exitCode !== null || child.signalCode !== null) return
  signalGroup(child.pid, spec.stopSignal)
  const insist = setTimeout(() => signalGroup(child.pid as number, 'SIGKILL'), spec.stopWithinMs)
  await exited
  clearTimeout(insist)
}

function notReady({ name, logFile }: ChildSpec, what: string): SetupError {
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd() : ''
  const tail = log.split('\n').slice(-LOG_TAIL_LINES).join('\n    ')
  return new SetupError(
    `${name} ${what}. Its last lines:\n    ${tail}`,
    `All of it: ${logFile}. If its data is damaged, \`npm run reset\` starts over without any orders.`,
  )
}
