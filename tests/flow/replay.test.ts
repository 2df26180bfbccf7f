import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from '@temporalio/worker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encryptedConverter } from '../../client/codec.ts'
import { startWorld } from '../../testing/index.ts'
import { findServers } from '../../testing/servers.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { silenceTemporal } from '../../testing/worker.ts'

/*
 * Orders live for weeks, so code of today continues what code of last month began. Histories that were saved by
 * `npm run histories` are replayed against the workflows as they are now.
 */

const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAMES = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''))

const WAY_OUT =
  'The workflows no longer do what this history says. Before the first tagged version, save the histories anew with ' +
  '`npm run histories`. From then on they stay, and the change goes behind patched(): see docs/testing.md.'

type Event = Record<string, unknown> & { eventType: string }
type History = { events: Event[] }

const read = (name: string) => JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as History

async function replay(history: History): Promise<void> {
  silenceTemporal()
  const options = {
    workflowBundle: { codePath: findServers().bundlePath },
    dataConverter: encryptedConverter(SECRETS.codecKey),
  }
  await Worker.runReplayHistory(options, history)
}

/** The same history of a workflow that had asked for another activity at its first step. */
function altered(history: History): History {
  const at = history.events.findIndex((event) => 'activityTaskScheduledEventAttributes' in event)
  const event = history.events[at]
  const attributes = event?.['activityTaskScheduledEventAttributes'] as object
  const changed = { ...attributes, activityType: { name: 'somethingElse' } }
  const events = history.events.with(at, {
    ...(event as Event),
    activityTaskScheduledEventAttributes: changed,
  })
  return { ...history, events }
}

describe('a saved history', () => {
  it.each(NAMES)('"%s" is continued by the workflows as they are', async (name) => {
    await replay(read(name)).catch((cause: unknown) => {
      throw new Error(WAY_OUT, { cause })
    })
  })

  it('is refused by workflows that decide otherwise', async () => {
    await expect(replay(altered(read('completed')))).rejects.toThrow(/Nondeterminism|TMPRL1100/i)
  })
})

describe('the check before a deploy', () => {
  it('replays what is open in a namespace', async () => {
    const world = await startWorld()
    onTestFinished(() => world.stop())
    const order = await world.order()
    await order.picked()
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: world.settings.temporalAddress,
      WORKFLOW_BUNDLE: world.settings.bundlePath,
      CODEC_KEY: SECRETS.codecKey.toString('base64'),
    }
    const args = ['--import', 'tsx', 'scripts/replay-open.ts']
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env })

    expect(stdout).toMatch(/^[1-9]\d* open workflows go on with this code, 0 do not$/m)
  })
})
