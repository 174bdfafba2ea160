import {listPlugins} from '../../../cli/plugins/manage-plugins.js'
import {write} from '../../../cli/report.js'
import {ResultCommand} from '../../../cli/result-command.js'
import {sanitiseLine} from '../../../ui/sanitise.js'

/** Lists the plug-ins. */
export default class Plugins extends ResultCommand {
  static override summary = 'List the plug-ins that add slash commands'
  static override usage = '<%= command.id %> [FLAGS]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    await this.parse(Plugins)
    const plugins = await listPlugins(this.home)
    if (plugins.length === 0 && this.mode !== 'event') await write(process.stderr, 'no plug-in is installed\n')
    const rows = plugins.map(({name, version, directory}) =>
      [name, version, ...(directory ? [directory] : [])].join('  '),
    )
    await this.tell(rows.map(sanitiseLine), {plugins})
  }
}
