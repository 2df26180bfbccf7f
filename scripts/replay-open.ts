import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { encryptedConverter } from '../client/codec.ts'
import { connectTemporal } from '../client/connect.ts'
import { bundleWorkflows } from './bundle.ts'
import { openFolder } from './embedded/folder.ts'
import { SetupError, runCommand } from './embedded/setup-error.ts'

/** Orders and notices that are under way; what has ended is never replayed by a worker. */
const OPEN = "ExecutionStatus = 'Running'"

/**
 * Replay every open workflow of a namespace against this code, which must be able to go on with it. Reads only. To be
 * run before a deploy, with the worker's environment: TEMPORAL_ADDRESS and the like, CODEC_KEY. Exits 0 if all agree.
 */
await runCommand(async () => {
  const codecKey = readCodecKey()
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const client = connectTemporal(codecKey)
  const options = {
    workflowBundle: { codePath: await bundlePath() },
    dataConverter: encryptedConverter(codecKey),
  }
  const histories = client.workflow.list({ query: OPEN }).intoHistories()
  let agreeing = 0
  let failing = 0
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    if (error === undefined) agreeing += 1
    else failing += 1
    if (error !== undefined) console.error(`✗ ${workflowId}: ${error.message}`)
  }
  await client.connection.close()
  console.log(`${agreeing} open workflows go on with this code, ${failing} do not`)
  return failing === 0 ? 0 : 1
})

function readCodecKey(): Buffer {
  const key = Buffer.from(process.env['CODEC_KEY'] ?? '', 'base64')
  if (key.length === 32) return key
  throw new SetupError(
    'CODEC_KEY is not set.',
    "Give this command the environment of that namespace's worker.",
  )
}

/** As a worker is told, or built from the sources beside this file. */
async function bundlePath(): Promise<string> {
  return process.env['WORKFLOW_BUNDLE'] ?? bundleWorkflows(openFolder().path)
}
