import {describe, expect, it} from 'vitest'
import {cuttableProxy} from '../helpers/cuttable-proxy.js'
import {liveHost, liveMember, type AnyEvent} from '../helpers/live-chatctl.js'

const texts = (events: AnyEvent[], self: boolean): unknown[] =>
  events.filter(event => event.event === 'message' && event['self'] === self).map(({text}) => text)

const isFirstAttempt = ({event, attempt}: AnyEvent): boolean => event === 'reconnecting' && attempt === 1

describe('a member whose connection is cut', () => {
  it('comes back by itself, and nothing that was said meanwhile is lost or doubled', async () => {
    const {host, port} = await liveHost(['--json'])
    const proxy = await cuttableProxy(port)
    const member = liveMember(proxy.port, ['--json', '--nick', 'ana'])
    await member.event('connected')
    member.type('before')
    await host.event('message')
    for (const round of [1, 2, 3]) {
      proxy.cut()
      await member.sees(events => events.filter(isFirstAttempt).length === round)
      member.type(`from ana, round ${round}`)
      host.type(`from bob, round ${round}`)
      proxy.mend()
      await host.event('message', ({text}) => text === `from ana, round ${round}`)
      await member.event('message', ({text}) => text === `from bob, round ${round}`)
    }
    const rounds = (nick: string): string[] => [1, 2, 3].map(round => `from ${nick}, round ${round}`)
    expect(texts(host.events, false)).toEqual(['before', ...rounds('ana')])
    expect(texts(member.events, false)).toEqual(rounds('bob'))
    expect(member.events.filter(({event}) => event === 'reconnected')).toHaveLength(3)
    expect(host.events.filter(({event}) => event === 'joined' || event === 'left')).toHaveLength(1)
  })

  it('can leave while it is away: its process ends', async () => {
    const {host, port} = await liveHost(['--json'])
    const proxy = await cuttableProxy(port)
    const member = liveMember(proxy.port, ['--json', '--nick', 'ana'])
    await host.event('joined')
    await member.event('connected')
    proxy.cut()
    await member.event('reconnecting')
    member.type('/quit')
    expect(await member.exit).toBe(0)
  })
})
