import {string as stringArg} from '@oclif/core/args'
import {BaseCommand} from '../../cli/base-command.js'
import {bashScript} from '../../cli/completion/bash.js'
import {describeProgram} from '../../cli/completion/describe-program.js'
import {fishScript} from '../../cli/completion/fish.js'
import {zshScript} from '../../cli/completion/zsh.js'
import {write} from '../../cli/report.js'
import {resultJson} from '../../cli/result-json.js'
import type {ChatctlError} from '../../errors/index.js'

const scripts = {bash: bashScript, fish: fishScript, zsh: zshScript}

/** Prints what a shell has to read to complete the commands with Tab. */
export default class Completion extends BaseCommand {
  static override summary = 'Print what makes Tab complete the commands in bash, fish or zsh'
  static override description =
    'What is printed is for the start file of the shell, or for its directory of completions. ' +
    'Commands, flags, the values of flags that have a few, and paths are completed, without running anything.'
  static override usage = '<%= command.id %> bash|fish|zsh'
  static override examples = [
    'source <(<%= config.bin %> <%= command.id %> bash)',
    '<%= config.bin %> <%= command.id %> zsh >>~/.zshrc',
    '<%= config.bin %> <%= command.id %> fish >~/.config/fish/completions/<%= config.bin %>.fish',
  ]
  static override args = {
    shell: stringArg({description: 'The shell', options: Object.keys(scripts), required: true, ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Completion)
    const script = scripts[args.shell as keyof typeof scripts]
    await write(process.stdout, script(describeProgram(this.config, this.id ?? 'completion')))
  }

  protected override failure(error: ChatctlError): string {
    return resultJson(undefined, error)
  }
}
