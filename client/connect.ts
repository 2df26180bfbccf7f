import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { encryptedConverter } from './codec.ts'

/**
 * Where Temporal is: its standard environment variables (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
 * TEMPORAL_TLS…), so the same process runs against any cluster or Temporal Cloud.
 */
export function temporalAddress(address?: string) {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig(
    address === undefined ? {} : { overrideEnvVars: { TEMPORAL_ADDRESS: address } },
  )
  return { connectionOptions, namespace }
}

/** A client that connects when it is first used, so that a process starts although Temporal is away. */
export function connectTemporal(codecKey: Buffer, address?: string): Client {
  const { connectionOptions, namespace } = temporalAddress(address)
  return new Client({
    connection: Connection.lazy(connectionOptions),
    namespace,
    dataConverter: encryptedConverter(codecKey),
  })
}
