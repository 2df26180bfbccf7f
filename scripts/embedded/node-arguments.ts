import { extname, join } from 'node:path'
import { PROJECT } from './folder.ts'

/** What Node is called with to run one of our own files: TypeScript in a checkout, JavaScript in the built package. */
export function nodeArguments(module: string): string[] {
  const file = join(PROJECT, module)
  const built = extname(import.meta.url) === '.js'
  return built ? [`${file}.js`] : ['--import', 'tsx', `${file}.ts`]
}
