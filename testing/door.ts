import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApiKey } from '../db/access.ts'
import type { Role } from '../db/access.ts'
import type { Db } from '../db/connection.ts'

/** Who asks: a role, and whom the key speaks for: a customer's, merchant's, warehouse's or carrier's id. */
export type Person = { role: Role; subject?: string }

export type Request = { as: Person; body?: object }

/** How long an order may take to answer a command; longer than any takes on a busy machine. Milliseconds. */
const PATIENCE = 20_000
const ASK_AGAIN = 50

/** The API said no. `code` is stable; the message says what to do next. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused'
  readonly status: number
  readonly code: string

  constructor(what: string, status: number, { code, detail }: { code: string; detail: string }) {
    super(`${what}: ${status} ${code}. ${detail}`)
    this.status = status
    this.code = code
  }
}

export type Door = ReturnType<typeof openDoor>

/** A world's HTTP API, asked by any of its people. Keys are made when they are first used. */
export function openDoor(db: Db, url: string) {
  const keys = new Map<string, Promise<string>>()

  function key({ role, subject }: Person): Promise<string> {
    const name = JSON.stringify([role, subject])
    const made =
      keys.get(name) ??
      createApiKey(db, {
        ...{ id: `${role}-${keys.size + 1}`, role },
        ...(subject !== undefined && { subject }),
      })
    keys.set(name, made)
    return made
  }

  /** Repeats what wasn't decided yet under the same key, so that the answer is always a final one. */
  async function ask<T>(method: 'GET' | 'POST', path: string, request: Request): Promise<T> {
    const { as, body } = request
    const init = {
      method,
      headers: {
        authorization: `Bearer ${await key(as)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const answer = await fetch(new URL(path, url), init)
      const json = (await answer.json().catch(() => ({}))) as { outcome?: string }
      const open = answer.status === 503 || json.outcome === 'pending'
      if (answer.ok && !open) return json as T
      if (!open || Date.now() > deadline) throw refusal(`${method} ${path}`, answer.status, json)
      await sleep(ASK_AGAIN)
    }
  }
  return { key, ask }
}

function refusal(what: string, status: number, problem: object): RequestRefused {
  return new RequestRefused(what, status, {
    code: 'PENDING',
    detail: 'It got no answer.',
    ...problem,
  })
}
