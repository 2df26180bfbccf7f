import postgres from 'postgres'

/** bigint columns arrive as safe-integer numbers; a larger value would be a lie, so it throws. */
const bigintAsNumber = {
  to: 20,
  from: [20],
  serialize: (value: number) => String(value),
  parse: (text: string) => {
    const value = Number(text)
    if (!Number.isSafeInteger(value)) throw new RangeError('bigint outside the safe integers')
    return value
  },
}

export type Db = postgres.Sql<{ bigint: number }>
/** A connection inside a transaction. Statements that must be part of one take this type. */
export type Tx = postgres.TransactionSql<{ bigint: number }>

/** Connections per process: round trips are short, and Postgres serves few connections best. */
const POOL_SIZE = 10
/** No statement of ours is slow; one that is stands in someone's way. Milliseconds. */
const STATEMENT_TIMEOUT = 5_000

export function connect(url: string, options: { max?: number } = {}): Db {
  return postgres(url, {
    max: options.max ?? POOL_SIZE,
    types: { bigint: bigintAsNumber },
    onnotice: () => {},
    connect_timeout: 5,
    connection: { statement_timeout: STATEMENT_TIMEOUT, application_name: 'longhaul' },
  })
}

const CONFLICTS: ReadonlySet<string> = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
])

/** A statement took longer than it may. */
const TIMED_OUT = '57014'

const RETRYABLE: ReadonlySet<string> = new Set([
  ...CONFLICTS,
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // starting up
  TIMED_OUT,
  '53300', // too many connections
])

/** Whether the database is away or busy, so that the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error)
  return RETRYABLE.has(code) || /^(08|CONN|ECONN|EPIPE|ETIMEDOUT)/.test(code)
}

/** Whether a transaction was given up for the sake of another one, so that the same may succeed at once. */
export const isConflict = (error: unknown) => CONFLICTS.has(codeOf(error))

export const isTimeout = (error: unknown) => codeOf(error) === TIMED_OUT

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}

/** How often a transaction is begun at most: three are given up in a row only in a throng, and then others should go first. */
const TRIES = 3

/**
 * A transaction that is begun again where it was given up for the sake of another one. What `work` does beside the
 * database must be safe to repeat.
 */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return (await db.begin(work)) as T
    } catch (error) {
      if (tries === TRIES || !isConflict(error)) throw error
    }
  }
}

/**
 * Statements of one transaction that don't wait for each other's answers; they are executed in the order given. A
 * failure is told when all are over, so that none of them runs on after the rollback.
 */
export async function together<T extends readonly unknown[]>(
  statements: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(statements)
  return Promise.all(statements)
}

/** Throws unless the database answers. */
export async function ping(db: Db): Promise<void> {
  await db`select 1`
}
