import {string as stringArg} from '@oclif/core/args'
import {removePlugin} from '../../../cli/plugins/manage-plugins.js'
import {ResultCommand} from '../../../cli/result-command.js'
import {sanitiseLine} from '../../../ui/sanitise.js'

/** Takes a plug-in away. */
export default class PluginsRemove extends ResultCommand {
  static override summary = 'Take a plug-in away; what it has kept stays'
  static override usage = '<%= command.id %> NAME [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %> chatctl-plugin-dice']
  static override args = {
    name: stringArg({description: 'What `plugins` lists it as', required: true, ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(PluginsRemove)
    await removePlugin(args.name, this.home)
    await this.tell([sanitiseLine(`${args.name} is removed`)], {removed: args.name})
  }
}
