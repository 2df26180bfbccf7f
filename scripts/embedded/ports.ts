import { createServer } from 'node:net'
import { type Folder, readJson, writeJson } from './folder.ts'
import { SetupError } from './setup-error.ts'

const NAMES = [
  'api',
  'postgres',
  'sandbox',
  'sandboxSmtp',
  'temporal',
  'temporalHttp',
  'temporalMetrics',
  'temporalUi',
  'workerProbe',
] as const

/** Below the ranges from which systems pick for others, who might take one before its part listens on it. */
const FROM = 20_000
const TO = 32_000
const TRIES = 20
const anyPort = () => FROM + Math.floor(Math.random() * (TO - FROM))

export type Ports = Record<(typeof NAMES)[number], number>

const fileOf = (folder: Folder) => folder.file('ports.json')

/** Those of the last start. */
export const readPorts = (folder: Folder): Partial<Ports> => readJson(fileOf(folder)) ?? {}

/** A port for each name: the wished one, else the one of the last start, else any that is free. */
export async function choosePorts(folder: Folder, wishes: Partial<Ports>): Promise<Ports> {
  const last = readPorts(folder)
  const chosen: Partial<Ports> = {}
  for (const name of NAMES) {
    const taken = Object.values(chosen)
    const others = Array.from({ length: TRIES }, anyPort)
    chosen[name] = await firstFree([wishes[name], last[name], ...others], taken)
  }
  writeJson(fileOf(folder), chosen)
  return chosen as Ports
}

async function firstFree(wanted: (number | undefined)[], taken: number[]): Promise<number> {
  for (const port of wanted) {
    if (port !== undefined && !taken.includes(port) && (await isFree(port))) return port
  }
  throw new SetupError('There is no free port on 127.0.0.1.', 'End what occupies them.')
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
