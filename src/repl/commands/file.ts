import {basename} from 'node:path'
import type {Conversation} from '../../conversation.js'
import {sanitiseLine} from '../../ui/sanitise.js'
import type {CommandContext} from '../context.js'
import {defineSlashCommand} from '../slash-command.js'

/** `/file`: offers files to a member. */
export const file = defineSlashCommand({
  name: 'file',
  aliases: ['send'],
  group: 'files',
  summary: 'offers files, by path or by number of /ls',
  usage: 'PATH... [--to NICK]',
  user: 'anyone',
  parse: readPathsAndRecipient,
  async run(context, {text, to}) {
    for (const path of await context.paths.read(text)) await offer(context, path, to)
  },
})

const option = /(?:^|\s)--to(?:=|\s+)(?<to>\S+)/

function readPathsAndRecipient(rest: string): {text: string; to: string | undefined} | undefined {
  const text = rest.replace(option, '')
  if (text.trim() === '' || /(?:^|\s)--to(?:\s|=|$)/.test(text)) return undefined
  return {text, to: option.exec(rest)?.groups?.['to']}
}

/** One path that cannot be offered does not keep the others back. */
async function offer(context: CommandContext, path: string, to: string | undefined): Promise<void> {
  try {
    const {transfer} = await context.offerFile(path, to)
    context.print(`offered #${transfer}  ${sanitiseLine(basename(path))}${toWhom(to, context.conversation)}`)
  } catch (error) {
    context.fail(error)
  }
}

function toWhom(to: string | undefined, conversation: Conversation): string {
  const nick = to ?? conversation.members()[0]?.nick
  return nick === undefined ? '' : `  to ${sanitiseLine(nick)}`
}
