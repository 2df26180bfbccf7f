import { isCurrencyUsed } from '../db/merchant.ts'
import type { ApiParts } from './context.ts'
import { refuseField } from './problem.ts'

/** A slip of the pen must open no account in money that nobody here takes. */
export async function refuseUnused({ db }: ApiParts, currency: string): Promise<void> {
  if (!(await isCurrencyUsed(db, currency))) throw refuseField('/currency', 'CURRENCY_UNUSED')
}
