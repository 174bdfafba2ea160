import {ChatctlError} from '../errors/index.js'
import type {CommandContext, HostContext} from './context.js'
import {isHosted} from './is-hosted.js'

/** Where `/help` lists a command. */
export type CommandGroup = 'core' | 'talk' | 'people' | 'host' | 'files' | 'paths' | 'trust'

/** Who may use a command. */
export type CommandUser = 'anyone' | 'host'

interface CommandFacts {
  /** Without the slash. */
  readonly name: string
  readonly aliases: readonly string[]
  readonly group: CommandGroup
  /** One line for `/help`. */
  readonly summary: string
  /** What follows the name, such as `NICK TEXT`. */
  readonly usage: string
}

/** What defines a slash command: its facts, how it reads its arguments, and what it does with them. */
export interface SlashCommandDefinition<Args extends object, User extends CommandUser> extends Partial<CommandFacts> {
  readonly name: string
  readonly group: CommandGroup
  readonly summary: string
  readonly user: User
  /** Reads what follows the name; undefined if it is not what `usage` says. */
  parse(rest: string): Args | undefined
  run(context: User extends 'host' ? HostContext : CommandContext, args: Args): Promise<void> | void
}

/** A slash command as the registry holds it. */
export interface SlashCommand extends CommandFacts {
  readonly user: CommandUser
  /** Reads its arguments and does its work; throws or rejects with a {@link ChatctlError}. */
  execute(context: CommandContext, rest: string): Promise<void>
}

/** Makes a slash command: its `run` gets the arguments that its `parse` has read, and the room if it is the host's. */
export function defineSlashCommand<Args extends object>(
  definition: SlashCommandDefinition<Args, 'anyone'> | SlashCommandDefinition<Args, 'host'>,
): SlashCommand {
  const {name, group, summary, user, aliases = [], usage = ''} = definition
  return {
    ...{name, group, summary, user, aliases, usage},
    async execute(context, rest) {
      const args = definition.parse(rest)
      if (args === undefined) throw misused(name, usage)
      if (definition.user === 'anyone') await definition.run(context, args)
      else await definition.run(asHost(context, name), args)
    },
  }
}

function misused(name: string, usage: string): ChatctlError {
  const hint = `Usage: ${`/${name} ${usage}`.trimEnd()}`
  return new ChatctlError('bad-argument', `/${name} does not understand this`, {hint})
}

function asHost(context: CommandContext, name: string): HostContext {
  const {conversation} = context
  if (!isHosted(conversation)) throw new ChatctlError('host-only', `/${name} is for the host`)
  return {...context, room: conversation}
}
