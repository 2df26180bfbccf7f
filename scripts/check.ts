import { runCommand } from './embedded/setup-error.ts'
import { STATIC_STEPS, UNIT_STEP, runSteps } from './steps.ts'

await runCommand(async () => {
  console.log('Checking')
  const failed = await runSteps([UNIT_STEP, ...STATIC_STEPS])
  console.log(failed === 0 ? 'All good' : `${failed} of ${STATIC_STEPS.length + 1} steps failed`)
  return failed === 0 ? 0 : 1
})
