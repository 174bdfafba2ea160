// A bot: it enters a room, greets whoever comes, and answers what it knows, in private to whoever asks in private.
//
//   npm install chatctl
//   CHATCTL_CODE=legal-zoo-abandon node bot.mjs 192.168.1.23 5000
import {ChatctlError, join} from 'chatctl'

const [host = '127.0.0.1', port = '5000'] = process.argv.slice(2)
const answers = new Map([
  ['!help', () => `I know ${[...answers.keys()].join(', ')}`],
  ['!dice', () => String(1 + Math.floor(Math.random() * 6))],
  ['!who', room => [room.me, ...room.members()].map(({nick}) => nick).join(', ')],
])

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())

try {
  const way = {host, port: Number(port), code: process.env.CHATCTL_CODE}
  const room = await join({home: 'bot-data', ...way, nick: 'bot', accept: 'none', signal: stop.signal})
  for await (const event of room.events()) await react(room, event)
} catch (error) {
  if (!(error instanceof ChatctlError)) throw error
  console.error([error.message, ...error.suggestions].join('\n  '))
  process.exitCode = error.exitCode
}

async function react(room, event) {
  if (event.event === 'joined') await room.say(`hello, ${event.member.nick}`)
  if (event.event !== 'message' || event.self) return
  const answer = answers.get(event.text.trim())?.(room)
  if (answer === undefined) return
  if (event.kind === 'private') await room.tell(event.from.nick, answer)
  else await room.say(answer)
}
