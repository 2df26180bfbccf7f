import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@temporalio/client'
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js'
import { msToTs } from '@temporalio/common/lib/time.js'
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts'

/** How long a closed order's history can be looked at; Temporal's own default is a day or three. */
export const RETENTION = msToTs(30 * 24 * 60 * 60 * 1000)

/** A cluster that starts, and each of its caches, takes some seconds to know what is new. Milliseconds. */
const RETRY_EVERY = 1_000
const READY_WITHIN = 180_000
const CALL_TIMEOUT = 5_000

/** gRPC's code for what is there already. */
const ALREADY_EXISTS = 6

/**
 * The namespace with its retention, and the search attributes that orders carry, once the cluster has come up. Changes
 * nothing where both are there. Returns the attributes that it added.
 */
export async function prepareNamespace(
  connection: Connection,
  namespace: string,
): Promise<string[]> {
  const patiently = retryUntil(connection, Date.now() + READY_WITHIN)
  await patiently(() => register(connection, namespace))
  const added = await patiently(() => addAttributes(connection, namespace))
  await patiently(() => filterByAll(connection, namespace))
  return added
}

async function register({ workflowService }: Connection, namespace: string): Promise<void> {
  try {
    const workflowExecutionRetentionPeriod = RETENTION
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === ALREADY_EXISTS)) throw error
  }
}

async function addAttributes({ operatorService }: Connection, namespace: string) {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => !(name in customAttributes))
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(
      missing.map(({ name, type }) => [name, encodeSearchAttributeIndexedValueType(type) ?? 0]),
    )
    await operatorService.addSearchAttributes({ namespace, searchAttributes })
  }
  return missing.map(({ name }) => name)
}

/** An order started before the cluster's caches know its attributes is refused, so this asks for all of them. */
async function filterByAll({ workflowService }: Connection, namespace: string): Promise<void> {
  const query = SEARCH_ATTRIBUTES.map(({ name }) => `${name} IS NULL`).join(' AND ')
  await workflowService.countWorkflowExecutions({ namespace, query })
}

function retryUntil(connection: Connection, end: number) {
  return async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await connection.withDeadline(Date.now() + CALL_TIMEOUT, call)
      } catch (error) {
        if (Date.now() > end) throw error
        await sleep(RETRY_EVERY)
      }
    }
  }
}
