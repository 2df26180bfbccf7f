import { ROLES, createApiKey } from '../db/access.ts'
import { connect } from '../db/connection.ts'
import { SetupError, runCommand } from './embedded/setup-error.ts'

const USAGE = `Usage: key <id> <role> [subject]; the id is of a-z, 0-9 and -, the role one of ${ROLES.join(', ')}.`
/** Roles that speak for someone see what is that one's. */
const FOR_SOMEONE = ['customer', 'merchant', 'warehouse', 'carrier']

/** PostgreSQL's code for a unique index that has the value already. */
const UNIQUE_VIOLATION = '23505'

/** Make an API key in the database of `DATABASE_URL`. It is shown this once; only its hash is kept. */
await runCommand(async () => {
  const principal = readArguments()
  const url = process.env['DATABASE_URL']
  if (!url) throw new SetupError('DATABASE_URL is not set.', 'Name the database that gets the key.')
  const db = connect(url, { max: 1 })
  try {
    console.log(await createApiKey(db, principal).catch(refuseTaken))
    return 0
  } finally {
    await db.end()
  }
})

function refuseTaken(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)
    throw new SetupError('There is a key of this id.', 'Give another id, such as desk-2.')
  throw error
}

function readArguments() {
  const [id = '', given, subject] = process.argv.slice(2)
  const role = ROLES.find((name) => name === given)
  if (role === undefined || !/^[a-z0-9-]{1,64}$/.test(id))
    throw new SetupError('A key needs an id and a role.', USAGE)
  if (FOR_SOMEONE.includes(role) !== (subject !== undefined))
    throw new SetupError(`A subject is for ${FOR_SOMEONE.join(', ')}, and needed there.`, USAGE)
  return { id, role, ...(subject !== undefined && { subject }) }
}
