import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from './embedded/folder.ts'
import { runCommand } from './embedded/setup-error.ts'
import { runSteps } from './steps.ts'

const DIST = join(PROJECT, 'dist')
const COMPILE = { name: 'dist', command: 'tsc', args: ['-p', 'tsconfig.build.json'] }
/** The other scripts belong to a checkout. */
const EMBEDDED = join('scripts', 'embedded')

/** JavaScript and declarations in `dist/`, in the same tree as the sources, with the files that the code reads. */
await runCommand(async () => {
  rmSync(DIST, { recursive: true, force: true })
  const failed = await runSteps([COMPILE])
  if (failed > 0) return 1
  for (const folder of [...layers(), EMBEDDED]) copyAssets(folder)
  return 0
})

function layers(): string[] {
  const entries = readdirSync(DIST, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'scripts')
    .map(({ name }) => name)
}

/** Statements, templates, styles and plain JavaScript: all that tsc leaves behind. None may have a compiled file's name. */
function copyAssets(folder: string): void {
  const isAsset = (path: string) => !/\.tsx?$/.test(path)
  const options = { recursive: true, force: false, errorOnExist: true, filter: isAsset }
  cpSync(join(PROJECT, folder), join(DIST, folder), options)
}
