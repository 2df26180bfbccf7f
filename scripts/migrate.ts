import { migrate } from '../db/migrate.ts'
import { SetupError, runCommand } from './embedded/setup-error.ts'

/** Bring the database of `DATABASE_URL` to the newest schema. */
await runCommand(async () => {
  const url = process.env['DATABASE_URL']
  if (!url) throw new SetupError('DATABASE_URL is not set.', 'Name the database to migrate.')
  const applied = await migrate(url)
  console.log(applied.length > 0 ? `Applied ${applied.join(', ')}` : 'Nothing to apply')
  return 0
})
