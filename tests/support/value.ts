import { randomUUID } from 'node:crypto'
import { connect } from '../../db/connection.ts'
import type { Db } from '../../db/connection.ts'
import { issueGiftCards } from '../../db/gift-card.ts'
import { holdValue } from '../../db/value.ts'
import type { Hold } from '../../db/value.ts'
import { changeValue } from '../../db/wallet.ts'
import type { ValueOwner } from '../../domain/value.ts'
import { cloneDatabase } from '../../testing/database.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { findServers } from '../../testing/servers.ts'

/** Connections at once: more than there are accounts to fight for. */
const CROWD = 12

export const newId = () => randomUUID()
export const now = () => new Date().toISOString()

/** A database whose stored value is moved by hand. */
export async function openTill() {
  const { databaseUrl, db: own, drop } = await cloneDatabase(findServers())
  const db = connect(databaseUrl, { max: CROWD })
  await own`select 1`
  return {
    db,
    async close(): Promise<void> {
      await db.end()
      await drop()
    },
  }
}

/** Some money in a customer's own account; answers with its id. */
export async function credited(
  db: Db,
  amount: number,
  overrides: Partial<ValueOwner> = {},
): Promise<{ id: string } & ValueOwner> {
  const owner: ValueOwner = {
    ...{ kind: 'wallet', customerId: `c-${newId()}`, currency: 'CNY' },
    ...overrides,
  }
  const change = { key: newId(), owner, amount, reason: 'top_up', reference: 'r-1' } as const
  await db.begin((tx) => changeValue(tx, { ...change, at: now() }))
  return { id: `${owner.kind}:${owner.customerId}:${owner.currency}`, ...owner }
}

export async function card(db: Db, amount: number, expiresAt?: string) {
  const [id, code] = [newId(), newId()]
  const issue = { issueId: newId(), cards: [{ id, code }], amount, currency: 'CNY', at: now() }
  await db.begin((tx) => issueGiftCards(tx, { ...issue, expiresAt }, SECRETS.vaultKey))
  return { id, code }
}

/** Hold for tender t1 of an order of its own. */
export const hold = (db: Db, wish: Partial<Hold> & { accountId: string; amount: number }) =>
  holdValue(db, {
    ...{ orderId: newId(), tenderId: 't1', customerId: 'c-1', currency: 'CNY' },
    ...wish,
  })

export async function balanceOf(db: Db, id: string) {
  const [row] = await db<{ balance: number; held: number }[]>`
    select balance, held from value_accounts where id = ${id}`
  return row && [row.balance, row.held]
}
