import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { Hono } from 'hono'
import type { Db } from '../db/connection.ts'

/*
 * What anything over HTTP costs at least: a bare route with one statement, or one statement and one start.
 */

/** Key of the row that is there to be read. */
export const KNOWN_ROW = 'known'

export async function makeFloorTable(db: Db): Promise<void> {
  await db`create table floor (id text primary key, body jsonb not null)`
  await db`insert into floor (id, body) values (${KNOWN_ROW}, ${db.json({ note: 'there' })})`
}

type Parts = { db: Db; temporal: Client; taskQueue: string }

export function floorRoutes({ db, temporal, taskQueue }: Parts) {
  async function insert(body: unknown): Promise<string> {
    const id = randomUUID()
    await db`insert into floor (id, body) values (${id}, ${db.json(body as never)})`
    return id
  }
  return new Hono()
    .post('/rows', async (c) => c.json({ id: await insert(await c.req.json()) }, 201))
    .post('/workflows', async (c) => {
      const id = await insert(await c.req.json())
      await temporal.workflow.start('bare', { taskQueue, workflowId: `bare-${id}` })
      return c.json({ id }, 201)
    })
    .get('/rows/:id', async (c) => {
      const [row] = await db`select id, body from floor where id = ${c.req.param('id')}`
      return row === undefined ? c.json({}, 404) : c.json(row)
    })
}
