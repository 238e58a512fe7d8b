/** The command line: finds the command by its name and runs it. One file per command in commands/. */

import { join } from 'node:path'
import { defaultDataFolder, messageOf } from './base/index.ts'
import { commands, helpAsked, usage } from './commands/command-table.ts'

// Beside the program, whichever folder it is called from.
process.env['DIALHOUSE_DATA'] ||= defaultDataFolder(process.getuid?.() === 0, join(import.meta.dirname, '..'))

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
const help = helpAsked(name, args)
if (help !== undefined) {
  process.stdout.write(help)
} else if (!command) {
  process.stderr.write(name ? `dialhouse: there is no command "${name}"\n\n${usage()}` : usage())
  process.exitCode = name ? 2 : 0
} else {
  try {
    const { run } = await command.load()
    process.exitCode = await run(args)
  } catch (thrown) {
    process.stderr.write(`dialhouse: ${messageOf(thrown)}\n`)
    if (process.env['DIALHOUSE_LOG'] === 'debug') process.stderr.write(`${(thrown as Error).stack}\n`)
    process.exitCode = 1
  }
}
