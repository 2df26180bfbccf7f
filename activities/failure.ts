import { ApplicationFailure } from '@temporalio/activity'
import { ProviderError } from '../domain/errors.ts'

/**
 * Sort a provider's error into the two kinds the engine knows: final, so that a person decides, or worth the same
 * call again. Codes only: a provider's text could hold personal data.
 */
export async function sorted<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw error instanceof ProviderError ? failureOf(error) : error
  }
}

function failureOf({ code, final, retryAfterMs }: ProviderError): ApplicationFailure {
  return ApplicationFailure.create({
    message: code,
    type: code,
    nonRetryable: final,
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
  })
}

/** Not an answer yet: ask again later. */
export function notYet(code: string, nextRetryDelay: number): ApplicationFailure {
  return ApplicationFailure.create({ message: code, type: code, nextRetryDelay })
}

/** No repetition will help. */
export function final(code: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(code, code)
}
