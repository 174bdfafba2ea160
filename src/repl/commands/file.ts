import {boolean, string} from '../parameter.js'
import {members, paths} from '../room-parameters.js'
import {defineCommand} from '../slash-command.js'

/** `/file`: offers files and directories to a member, or to everyone. */
export const file = defineCommand({
  name: 'file',
  aliases: ['send'],
  group: 'files',
  summary: 'offers files, by path or by number of /ls',
  examples: ['/file report.pdf', '/file 2 "my notes.txt" --to ana', "/file src --exclude '*.log' --to all"],
  args: {paths: paths({required: true})},
  flags: {
    to: members({summary: 'whom it is for; in a room of two the other by default'}),
    exclude: string({label: 'GLOB', summary: 'leaves this out of directories, as .gitignore does', multiple: true}),
    links: boolean({summary: 'takes links along that stay inside'}),
    'no-resume': boolean({summary: 'begins anew, whatever of it is there'}),
  },
  async run({conversation, sendFile, fail}, {args, flags}) {
    // Whom nobody can reach, no file can: that is told once.
    conversation.recipients(flags.to)
    const terms = {
      ...(flags.to !== undefined && {to: flags.to}),
      ...(flags.exclude.length > 0 && {exclude: flags.exclude}),
      ...(flags.links && {links: true}),
      ...(flags['no-resume'] && {isResumable: false}),
    }
    for (const path of args.paths) await sendFile(path, terms).catch(fail)
  },
})
