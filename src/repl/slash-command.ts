import {ChatctlError} from '../errors/index.js'
import {GivenWords, type Syntax} from './arguments.js'
import type {CommandContext, Scene, ShellContext} from './context.js'
import type {NoParameters, Parameters, ValuesOf} from './parameter.js'
import {usageOf} from './usage.js'

/** Where `/help` lists a command, in this order. */
export const commandGroups = ['core', 'talk', 'people', 'host', 'files', 'paths', 'trust', 'plug-ins'] as const

/** Where `/help` lists a command. */
export type CommandGroup = (typeof commandGroups)[number]

/** Who may use a command; the host is an operator, and the only one so far. */
export const commandUsers = ['anyone', 'operator', 'host'] as const

/** Who may use a command. */
export type CommandUser = (typeof commandUsers)[number]

/** Where a command works: on a screen, where there is a person, or in line and event mode too. */
export const commandPlaces = ['anywhere', 'screen'] as const

interface CommandFacts extends Syntax {
  /** Without the slash. */
  readonly name: string
  readonly aliases: readonly string[]
  readonly group: CommandGroup
  /** A few words for `/help`. */
  readonly summary: string
  /** Lines that show how it is used. */
  readonly examples: readonly string[]
  readonly user: CommandUser
  readonly where: (typeof commandPlaces)[number]
  /** Whether it ends or gives up something: its name is then typed whole. */
  readonly destroys: boolean
}

/** What a command's `run` is given. */
export interface CommandInput<Args extends Parameters, Flags extends Parameters> {
  readonly args: ValuesOf<Args>
  readonly flags: ValuesOf<Flags>
}

/** What defines a slash command. */
export interface SlashCommandDefinition<Args extends Parameters, Flags extends Parameters, Context> extends Partial<
  Omit<CommandFacts, 'args' | 'flags'>
> {
  readonly name: string
  readonly summary: string
  /** What follows the name, in this order. */
  readonly args?: Args
  /** What may stand anywhere among the arguments, by name: `--name VALUE`. */
  readonly flags?: Flags
  readonly run: (context: Context, input: CommandInput<Args, Flags>) => Promise<void> | void
}

/** A slash command as the registry holds it. */
export interface SlashCommand<Context extends Scene = ShellContext> extends CommandFacts {
  /** Reads what follows its name and does its work; throws or rejects with a {@link ChatctlError}. */
  execute(context: Context, rest: string): Promise<void>
}

/**
 * Makes a slash command of a plug-in, as the `command` that its hook is given does. Its `run` sees a context and the arguments
 * that were read for it, and never its own name.
 *
 * @param options what it is called, what it takes and what it does; docs/plugins.md has each field
 * @returns the command, for `commands` of what the hook returns
 *
 * @example
 * const roll = defineSlashCommand({
 *   name: 'roll',
 *   summary: 'rolls a die',
 *   args: {sides: parameters.integer({min: 2, default: 6})},
 *   run: ({say}, {args}) => say(`rolls ${1 + Math.floor(Math.random() * args.sides)}`, 'me'),
 * })
 * console.log(roll.name)
 */
export function defineSlashCommand<Args extends Parameters = NoParameters, Flags extends Parameters = NoParameters>(
  options: SlashCommandDefinition<Args, Flags, CommandContext>,
): SlashCommand<CommandContext> {
  return toCommand(options)
}

/** Makes a slash command of the shell itself, which sees more than those of plug-ins. */
export function defineCommand<Args extends Parameters = NoParameters, Flags extends Parameters = NoParameters>(
  definition: SlashCommandDefinition<Args, Flags, ShellContext>,
): SlashCommand {
  return toCommand(definition)
}

function toCommand<Args extends Parameters, Flags extends Parameters, Context extends Scene>(
  definition: SlashCommandDefinition<Args, Flags, Context>,
): SlashCommand<Context> {
  const {run, args = {}, flags = {}, ...facts} = definition
  const command = {...defaults, ...facts, args, flags}
  requireRun(facts.name, run)
  return {
    ...command,
    async execute(context, rest) {
      requireUsable(command, context)
      const input = await readInput(command, rest, context)
      // The values are those of these parameters.
      await run(context, input as unknown as CommandInput<Args, Flags>)
    },
  }
}

/** No compiler may have looked at it. */
function requireRun(name: string, run: unknown): void {
  if (typeof run !== 'function') throw new TypeError(`/${name} has no run as it should have`)
}

const defaults = {
  aliases: [],
  group: 'plug-ins',
  examples: [],
  user: 'anyone',
  where: 'anywhere',
  destroys: false,
} as const

function requireUsable({name, user, where}: Pick<CommandFacts, 'name' | 'user' | 'where'>, scene: Scene): void {
  if (user !== 'anyone' && !scene.isHost()) throw new ChatctlError('host-only', `/${name} is for ${whoIs(user)}`)
  if (where === 'screen' && !scene.isScreen()) throw new ChatctlError('screen-only', `/${name} works on a screen only`)
}

/** Names those who may use a command that is not for anyone. */
export function whoIs(user: Exclude<CommandUser, 'anyone'>): string {
  return user === 'host' ? 'the host' : 'operators'
}

async function readInput(command: Syntax & {name: string}, rest: string, scene: Scene) {
  const given = new GivenWords(command, rest)
  if (given.problem !== undefined) throw misused(command, given.problem)
  try {
    return {
      args: await readEach(command.args, name => given.arg(name), scene),
      flags: await readEach(command.flags, name => given.flag(name), scene),
    }
  } catch (error) {
    if (error instanceof ChatctlError) throw error
    throw misused(command, error instanceof Error ? error.message : String(error))
  }
}

async function readEach(parameters: Parameters, givenFor: (name: string) => readonly string[], scene: Scene) {
  const read = Object.entries(parameters).map(async ([name, parameter]) => {
    return [name, await parameter.read(givenFor(name), scene)] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

function misused(command: Syntax & {name: string}, problem: string): ChatctlError {
  const hint = `Usage: ${`/${command.name} ${usageOf(command)}`.trimEnd()}`
  return new ChatctlError('bad-argument', `/${command.name}: ${problem}`, {hint})
}
