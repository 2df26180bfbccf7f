import { connectTemporal } from '../client/connect.ts'
import { orderClient } from '../client/order.ts'
import { connect } from '../db/connection.ts'
import { DEFAULT_POLICY } from '../domain/policy.ts'
import { createLog } from '../log.ts'
import { createRelay } from '../relay/relay.ts'
import type { Relay } from '../relay/relay.ts'
import { openSocket, worldApi } from '../testing/api.ts'
import { worldPlatforms } from '../testing/platforms.ts'
import { SECRETS } from '../testing/secrets.ts'
import { floorRoutes } from './floor.ts'
import { SETTINGS } from './settings.ts'
import type { Addresses, ServerSettings } from './settings.ts'

/*
 * The process under measurement: the API as production runs it, log lines included, and beside it on another port the
 * floors it is held against, over the same connections to the database and the engine.
 */

/** For what speaks to no provider. */
const NOWHERE = 'http://127.0.0.1:9'

const LEFT_FOR_LATER: Relay = { now: async () => {}, restock: async () => {}, run: async () => {} }

const settings = JSON.parse(process.env[SETTINGS] ?? '{}') as ServerSettings
const { databaseUrl, temporalAddress, taskQueue, handsOn, sandboxUrl = NOWHERE } = settings
const db = connect(databaseUrl)
const log = createLog('api', 'info')
const temporal = connectTemporal(SECRETS.codecKey, temporalAddress)
const client = orderClient(temporal, taskQueue)

const [socket, floor] = [await openSocket(), await openSocket()]
const { fetch } = worldApi({
  ...{ db, client, log },
  relay: handsOn ? createRelay(db, client, log) : LEFT_FOR_LATER,
  platforms: worldPlatforms(sandboxUrl, socket.url),
  ...{ url: socket.url, sandboxUrl, carrier: 'express', policy: DEFAULT_POLICY },
})
socket.answerBy(fetch)
floor.answerBy(floorRoutes({ db, temporal, taskQueue }).fetch)

process.once('disconnect', () => process.exit())
process.send?.({ api: socket.url, floor: floor.url } satisfies Addresses)
