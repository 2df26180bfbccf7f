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

/** The system picks; several times, because it may hand out one twice that nobody listens on yet. */
const ANY = [0, 0, 0, 0, 0]

export type Ports = Record<(typeof NAMES)[number], number>

/** A port for each name: the wished one, else the one of the last start, else any that is free. */
export async function choosePorts(folder: Folder, wishes: Partial<Ports>): Promise<Ports> {
  const file = folder.file('ports.json')
  const last = readJson<Partial<Ports>>(file) ?? {}
  const chosen: Partial<Ports> = {}
  for (const name of NAMES) {
    const taken = Object.values(chosen)
    chosen[name] = await firstFree([wishes[name], last[name], ...ANY], taken)
  }
  writeJson(file, chosen)
  return chosen as Ports
}

async function firstFree(wanted: (number | undefined)[], taken: number[]): Promise<number> {
  for (const port of wanted) {
    const found = port === undefined ? undefined : await listen(port)
    if (found !== undefined && !taken.includes(found)) return found
  }
  throw new SetupError('There is no free port on 127.0.0.1.', 'End what occupies them.')
}

export const isFree = async (port: number) => (await listen(port)) !== undefined

/** The port when it could be listened on, else undefined; 0 asks the system for any free one. */
async function listen(port: number): Promise<number | undefined> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      const found = typeof address === 'object' ? address?.port : undefined
      server.close(() => resolve(found))
    })
  })
}
