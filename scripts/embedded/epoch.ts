import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Folder } from './folder.ts'
import { SetupError } from './setup-error.ts'

// Orders live half in PostgreSQL, half in Temporal. Data of two different beginnings would promise
// what the other half never heard of, so both carry one id and start together only when it agrees.

const postgresMark = (data: string) => join(data, 'longhaul-epoch')
const temporalMark = (folder: Folder) => folder.file('epoch')

export type Epochs = {
  postgres: string | undefined
  temporal: string | undefined
  postgresData: boolean
  temporalData: boolean
}

/** `interrupted`: the very first start ended before Temporal was up, so nothing can be missing. */
export function judgeEpochs(found: Epochs): 'fresh' | 'interrupted' | 'same' | 'different' {
  const { postgres, temporal, postgresData, temporalData } = found
  if (!postgresData && !temporalData && !temporal) return 'fresh'
  if (postgres && !temporal) return 'interrupted'
  return postgres === temporal && postgresData && temporalData ? 'same' : 'different'
}

/** The id both data folders carry, or a new one when there is none yet. */
export function checkEpochs(folder: Folder, postgresData: string): string {
  const found = {
    postgres: read(postgresMark(postgresData)),
    temporal: read(temporalMark(folder)),
    postgresData: existsSync(postgresData),
    temporalData: existsSync(folder.file('temporal.db')),
  }
  if (judgeEpochs(found) !== 'different') return found.postgres ?? randomUUID()
  throw new SetupError(
    `The data of PostgreSQL and Temporal in ${folder.path} do not belong together.`,
    'Put both back from one backup, or start over with `npm run reset` (deletes all orders).',
  )
}

export const markPostgres = (data: string, epoch: string) => write(postgresMark(data), epoch)

/** Called when Temporal is first up: from then on a missing `temporal.db` is a loss. */
export const markTemporal = (folder: Folder, epoch: string) => write(temporalMark(folder), epoch)

const read = (file: string) =>
  existsSync(file) ? readFileSync(file, 'utf8').trim() || undefined : undefined

const write = (file: string, epoch: string) => writeFileSync(file, `${epoch}\n`, { mode: 0o600 })
