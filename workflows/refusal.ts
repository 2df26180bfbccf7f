import { ApplicationFailure } from '@temporalio/workflow'
import type { RefusalCode } from '../domain/decision.ts'

/** A refusal as Temporal carries it: the code is the failure's type, which the api maps to a status. */
export function failureOf(code: RefusalCode): ApplicationFailure {
  return ApplicationFailure.nonRetryable(code, code)
}
