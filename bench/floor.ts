import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { Hono } from 'hono'
import type { Db } from '../db/connection.ts'
import type { Ask } from './line.ts'
import { GO, IS_WAITING } from './bare.ts'
import { bareQueueOf } from './settings.ts'

/*
 * What anything over HTTP costs at least: a bare route with one statement, one statement and one start, or one signal that
 * is answered.
 */

/** Key of the row that is there to be read. */
export const KNOWN_ROW = 'known'

/** The least that is worth a row. */
export const INSERT: Ask = {
  ...{ method: 'POST', path: '/rows', body: JSON.stringify({ note: 'as small as a row can be' }) },
}

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
    .post('/waiting', async (c) => {
      const bare = { taskQueue: bareQueueOf(taskQueue), workflowId: `waiting-${randomUUID()}` }
      const handle = await temporal.workflow.start('bareSignal', bare)
      await handle.query(IS_WAITING)
      return c.json({ id: handle.workflowId }, 201)
    })
    .post('/signals/:id', async (c) => {
      const handle = temporal.workflow.getHandle(c.req.param('id'))
      await handle.signal(GO)
      return c.json({ answer: await handle.result() })
    })
    .get('/rows/:id', async (c) => {
      const [row] = await db`select id, body from floor where id = ${c.req.param('id')}`
      return row === undefined ? c.json({}, 404) : c.json(row)
    })
}
