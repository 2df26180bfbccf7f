import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** Values by id, each kind in its own collection; a value is replaced as a whole, never changed in place. */
export type Collection<T> = {
  get: (id: string) => T | undefined
  put: (id: string, value: T) => void
  all: () => T[]
}

export type Journal = {
  collection<T>(kind: string): Collection<T>
  /** All changes of one synchronous step reach the disk together, or none does. */
  step<T>(action: () => T): T
  close(): void
}

type Change = { kind: string; id: string; value: unknown }

/**
 * What the outside world remembers: every step is one JSON line of changes, appended before its answer goes out,
 * so that the record survives a kill at any instant. Without `dataDir` the memory is all there is.
 */
export function openJournal(dataDir?: string): Journal {
  const kinds = new Map<string, Map<string, unknown>>()
  const valuesOf = (kind: string) => {
    const values = kinds.get(kind) ?? new Map<string, unknown>()
    kinds.set(kind, values)
    return values
  }
  const file = dataDir === undefined ? undefined : openFile(dataDir)
  for (const { kind, id, value } of file?.changes ?? []) valuesOf(kind).set(id, value)
  return {
    collection<T>(kind: string): Collection<T> {
      const values = valuesOf(kind) as Map<string, T>
      return {
        get: (id) => values.get(id),
        all: () => [...values.values()],
        put(id, value) {
          file?.append({ kind, id, value })
          values.set(id, value)
        },
      }
    },
    step: (action) => (file === undefined ? action() : file.together(action)),
    close: () => file?.close(),
  }
}

function openFile(dataDir: string) {
  mkdirSync(dataDir, { recursive: true })
  const path = join(dataDir, 'journal.jsonl')
  const changes = existsSync(path) ? readChanges(path) : []
  const descriptor = openSync(path, 'a')
  const write = (changes: Change[]) => writeSync(descriptor, `${JSON.stringify(changes)}\n`)
  let step: Change[] | undefined
  return {
    changes,
    append(change: Change): void {
      if (step === undefined) write([change])
      else step.push(change)
    },
    together<T>(action: () => T): T {
      if (step !== undefined) return action()
      const changes: Change[] = []
      step = changes
      try {
        return action()
      } finally {
        step = undefined
        if (changes.length > 0) write(changes)
      }
    },
    close: () => closeSync(descriptor),
  }
}

/** A kill can tear the last line; its answer never went out, so it is cut off. */
function readChanges(path: string): Change[] {
  const text = readFileSync(path, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => JSON.parse(line) as Change[])
}
