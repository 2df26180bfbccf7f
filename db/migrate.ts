import { readdir, readFile } from 'node:fs/promises'
import postgres from 'postgres'

const FOLDER = new URL('./migrations/', import.meta.url)
/** Any number, the same in every process: one migrates, the others wait. */
const LOCK = 7_217_001

/** Apply the numbered SQL files that this database has not seen, each in its own transaction. Returns their names. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(${LOCK})`
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`
    const applied = new Set(
      (await sql<{ name: string }[]>`select name from migrations`).map((row) => row.name),
    )
    const pending = (await readdir(FOLDER))
      .filter((name) => name.endsWith('.sql') && !applied.has(name))
      .toSorted()
    for (const name of pending) {
      const statements = await readFile(new URL(name, FOLDER), 'utf8')
      await sql.begin(async (tx) => {
        await tx.unsafe(statements)
        await tx`insert into migrations (name) values (${name})`
      })
    }
    return pending
  } finally {
    await sql.end()
  }
}
