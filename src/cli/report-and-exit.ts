import type {Config} from '@oclif/core/config'
import {hostname} from 'node:os'
import {ChatctlError} from '../errors/index.js'
import {nearestName} from '../repl/nearest-name.js'
import {commandStartOf} from './command-start.js'
import {isExit, report, toReportable} from './report.js'
import {decideLook} from './look.js'

/** Ends the stand-alone process because of an error that no command has dealt with. */
export async function reportAndExit(error: unknown, config: Config): Promise<never> {
  if (isExit(error)) process.exit(error.oclif.exit)
  const {argv, env, platform} = process
  const commandStart = commandStartOf(config, env)
  const listHint = `\`${commandStart}--help\` lists the commands.`
  const reportable = unknownCommand(error, config, listHint) ?? toReportable(error, listHint)
  const input = {isTerminal: process.stderr.isTTY, argv, env, platform, hostname: hostname()}
  await report(reportable, decideLook({...input, mode: 'terminal', commandStart}))
  process.exit(reportable.exitCode)
}

function unknownCommand(error: unknown, config: Config, listHint: string): ChatctlError | undefined {
  const message = error instanceof Error ? error.message : ''
  const [, id] = /^command (.+) not found\.?$/i.exec(message) ?? []
  if (id === undefined) return undefined
  const commands = config.getPluginsList().flatMap(plugin => plugin.commands)
  const listed = commands.filter(command => !command.hidden).map(command => command.id)
  const nearest = nearestName(id, listed)
  const proposal = nearest === undefined ? '' : `Did you mean \`chatctl ${nearest.replaceAll(':', ' ')}\`? `
  return new ChatctlError('bad-argument', `there is no command \`chatctl ${id.replaceAll(':', ' ')}\``, {
    hint: proposal + listHint,
    cause: error,
  })
}
