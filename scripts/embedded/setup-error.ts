/** Something about this machine or folder stands in the way: says what, and the way out. */
export class SetupError extends Error {
  override readonly name = 'SetupError'

  constructor(problem: string, wayOut: string) {
    super(`${problem}\n  ${wayOut}`)
  }
}

/** Run a command's main function; set-up troubles read as messages, anything else as a stack. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    console.error(error instanceof SetupError ? `\n✗ ${error.message}\n` : error)
    process.exitCode = 1
  }
}
