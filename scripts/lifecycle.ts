import { writeFileSync } from 'node:fs'
import { PROJECT } from './embedded/folder.ts'
import { lifecycleDoc } from './lifecycle-doc.ts'

writeFileSync(`${PROJECT}/docs/lifecycle.md`, lifecycleDoc())
console.log('docs/lifecycle.md is drawn')
