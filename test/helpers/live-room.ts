import {liveHost, liveMember, type AnyEvent, type LiveChatctl, type LiveRoom} from './live-chatctl.js'

interface Person {
  nick: string
}

/** How a member of a room is started. */
export interface MemberPlan {
  nick: string
  /** By which port it comes; the host's own by default. */
  by?: (port: string) => Promise<string>
  /** What becomes of files that are offered to it; it takes all by default. */
  accept?: 'all' | 'none'
}

/** A host, who takes all files, and members in event mode, each of whom knows all others. */
export async function liveRoomOf(plans: readonly MemberPlan[]): Promise<LiveRoom & {members: LiveChatctl[]}> {
  const room = await liveHost(['--json', '--accept', 'all'])
  const members = await Promise.all(plans.map(plan => start(plan, room.port)))
  const nicks = ['bob', ...plans.map(({nick}) => nick)]
  const everyone = [room.host, ...members]
  const knowing = everyone.map((one, index) =>
    one.sees(events => nicks.every((nick, other) => other === index || knows(events, nick))),
  )
  await Promise.all(knowing)
  return {...room, members}
}

async function start({nick, by, accept = 'all'}: MemberPlan, port: string): Promise<LiveChatctl> {
  const way = (await by?.(port)) ?? port
  return liveMember(way, ['--json', '--accept', accept, '--nick', nick])
}

function knows(events: AnyEvent[], nick: string): boolean {
  return events.some(({member, members = []}) =>
    [member, ...(members as Person[])].some(person => (person as Person | undefined)?.nick === nick),
  )
}
