import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { openAddressBook } from '../adapters/address/book.ts'
import { openCalendars } from '../adapters/calendar/calendars.ts'
import { renderInvoice } from '../adapters/invoice/pdf.ts'
import { createApi } from '../api/app.ts'
import type { ApiLog, ApiParts } from '../api/context.ts'
import { createFeed } from '../api/feed.ts'
import { payloadCodec } from '../client/codec.ts'
import type { Policy } from '../domain/policy.ts'
import { worldCarrier } from './carrier.ts'
import type { CarrierName } from './carrier.ts'
import { SECRETS } from './secrets.ts'
import { TIME_ZONE } from './worker.ts'

type Answer = (request: Request) => Response | Promise<Response>

/** A socket that is open before there is anyone to answer: what answers has to know its address. */
export async function openSocket() {
  let answer: Answer = () => new Response(null, { status: 503 })
  const server = createAdaptorServer({ fetch: (request) => answer(request) }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerBy: (fetch: Answer) => void (answer = fetch),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Only what nobody expects is worth a developer's attention. */
const LOG: ApiLog = {
  info: () => {},
  warn: () => {},
  error: (fields, message) => console.error(message, fields),
}

/** What a world and its API share. */
type Surroundings = Pick<ApiParts, 'db' | 'client' | 'relay' | 'platforms'> & {
  url: string
  sandboxUrl: string
  carrier: CarrierName
  policy: Policy
  log?: ApiLog
}

/** The HTTP API over a world's parts, the same that production runs. */
export function worldApi({ log = LOG, ...surroundings }: Surroundings) {
  const { url, sandboxUrl, policy, carrier: name, ...parts } = surroundings
  const carrier = worldCarrier({ carrier: name, sandboxUrl, publicUrl: url })
  const feed = createFeed({ db: parts.db, log })
  const api = createApi({
    ...parts,
    ...{ feed, log },
    carriers: { [carrier.code]: carrier },
    addresses: openAddressBook(),
    calendars: openCalendars(),
    renderInvoice,
    keys: SECRETS,
    codec: payloadCodec(SECRETS.codecKey),
    settings: { mode: 'development', publicUrl: url, timeZone: TIME_ZONE, sandboxUrl, policy },
    now: () => new Date(),
  })
  return { fetch: api.fetch, close: feed.close }
}
