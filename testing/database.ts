import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { connect } from '../db/connection.ts'
import type { Servers } from './servers.ts'

/** A world's own database, made from the migrated template. */
export async function cloneDatabase({ postgresUrl, templateDatabase }: Servers) {
  const name = `world_${randomBytes(6).toString('hex')}`
  const admin = postgres(postgresUrl, { max: 1, onnotice: () => {} })
  await admin`create database ${admin(name)} template ${admin(templateDatabase)}`
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  const db = connect(url.href)
  async function drop(): Promise<void> {
    await db.end()
    await admin`drop database ${admin(name)} with (force)`
    await admin.end()
  }
  return { db, databaseUrl: url.href, drop }
}
