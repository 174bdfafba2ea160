import {string as stringArg} from '@oclif/core/args'
import {addPlugin} from '../../../cli/plugins/manage-plugins.js'
import {ResultCommand} from '../../../cli/result-command.js'
import {sanitiseLine} from '../../../ui/sanitise.js'

/** Adds a plug-in. */
export default class PluginsAdd extends ResultCommand {
  static override summary = 'Add slash commands that somebody else has written'
  static override description =
    'A directory is used where it is; anything else is what `npm install` takes: it is installed in the data directory, and no script of it is run then. A plug-in may do all that you may: add only what you trust.'
  static override usage = '<%= command.id %> PKG_OR_DIR [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ./my-commands',
    '<%= config.bin %> <%= command.id %> chatctl-plugin-dice@1',
  ]
  static override args = {
    plugin: stringArg({description: 'A directory, or a package as npm names it', required: true, ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(PluginsAdd)
    const plugin = await addPlugin(args.plugin, this.home)
    const line = `${plugin.name} ${plugin.version} is added: the next room has its commands`
    await this.tell([sanitiseLine(line)], {plugin})
  }
}
