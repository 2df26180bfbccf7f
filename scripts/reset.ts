import { existsSync, readdirSync, rmSync } from 'node:fs'
import { DEFAULT_FOLDER, openFolder } from './embedded/folder.ts'
import { readInstance, waitForEnd } from './embedded/instance.ts'
import { outsideFolder } from './embedded/postgres-home.ts'
import { isRunning } from './embedded/process.ts'
import { runCommand } from './embedded/setup-error.ts'

/** Downloaded, not data: fetching it again can take minutes. */
const KEPT = ['bin']

await runCommand(async () => {
  const dir = process.argv[2] ?? DEFAULT_FOLDER
  if (!existsSync(dir)) {
    console.log(`Nothing to reset: ${dir} does not exist.`)
    return 0
  }
  await reset(dir)
  return 0
})

async function reset(dir: string): Promise<void> {
  const folder = openFolder(dir)
  const instance = readInstance(folder)
  if (instance) {
    if (isRunning(instance.supervisor)) {
      console.log(`Stopping process ${instance.supervisor.pid} …`)
      process.kill(instance.supervisor.pid, 'SIGTERM')
    }
    await waitForEnd(instance)
  }
  const outside = outsideFolder(folder)
  if (outside) remove(outside)
  for (const name of readdirSync(dir)) if (!KEPT.includes(name)) remove(folder.file(name))
  console.log('The next `npm start` begins with an empty shop.')
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true })
  console.log(`Removed ${path}`)
}
