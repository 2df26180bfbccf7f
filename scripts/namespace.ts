import { Connection } from '@temporalio/client'
import { temporalAddress } from '../client/connect.ts'
import { prepareNamespace } from './embedded/namespace.ts'
import { runCommand } from './embedded/setup-error.ts'

/** Make ready the namespace that Temporal's environment variables name, on a cluster of one's own. */
await runCommand(async () => {
  const { connectionOptions, namespace } = temporalAddress()
  const connection = Connection.lazy(connectionOptions)
  try {
    const added = await prepareNamespace(connection, namespace)
    console.log(`Namespace ${namespace}: added ${added.join(', ') || 'nothing'}`)
    return 0
  } finally {
    await connection.close()
  }
})
