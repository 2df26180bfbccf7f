import { TestWorkflowEnvironment } from '@temporalio/testing'

// Its own process, because the SDK's download cannot be given a time limit from inside.
const [downloadDir = '.', version = 'default'] = process.argv.slice(2)
const executable = { type: 'cached-download' as const, downloadDir, version }
const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } })
await environment.teardown()
