import { createHash } from 'node:crypto'
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PROJECT, openFolder } from './embedded/folder.ts'

/** TypeScript in a checkout, JavaScript in the built package. */
const ENTRY = join(PROJECT, 'workflows', `index${extname(import.meta.url)}`)
const FAILURE_CONVERTER = join(PROJECT, 'workflows', 'failure-converter.cjs')
/** A worker revived after its sources were edited still needs the bundle it began with. */
const KEPT = 10
const NAME = /^workflows-[0-9a-f]{16}\.js$/

/** The workflows as one file in `dir`, built again only when a source or a dependency changed. */
export async function bundleWorkflows(dir: string): Promise<string> {
  const name = `workflows-${sourcesDigest()}.js`
  const path = join(dir, name)
  if (existsSync(path)) return path
  // The bundler takes half a second to load, so it is only when there is something to build.
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker')
  const logger = new DefaultLogger('WARN')
  const { code } = await bundleWorkflowCode({
    workflowsPath: ENTRY,
    failureConverterPath: FAILURE_CONVERTER,
    logger,
  })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, code)
  renameSync(draft, path)
  dropOldest(dir)
  return path
}

function dropOldest(dir: string): void {
  const bundles = readdirSync(dir).filter((file) => NAME.test(file))
  const age = (file: string) => Date.now() - statSync(join(dir, file)).mtimeMs
  const old = bundles.toSorted((one, other) => age(one) - age(other)).slice(KEPT)
  for (const file of old) rmSync(join(dir, file), { force: true })
}

/** Over everything that ends up in the bundle: ours, and the SDK's by its version, which is exact. */
function sourcesDigest(): string {
  const sdk = createRequire(import.meta.url).resolve('@temporalio/workflow/package.json')
  const hash = createHash('sha256').update(readFileSync(sdk))
  for (const layer of ['workflows', 'domain']) {
    const files = readdirSync(join(PROJECT, layer), { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => /\.c?[jt]s$/.test(name)).toSorted())
      hash.update(file).update(readFileSync(join(PROJECT, layer, file)))
  }
  return hash.digest('hex').slice(0, 16)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.log(await bundleWorkflows(openFolder(process.argv[2]).path))
