import {describe, expect, it} from 'vitest'
import {SessionRegistry} from '../../src/session/session-registry.js'
import {TestSession} from '../helpers/test-session.js'

const [device, otherDevice] = ['aa'.repeat(32), 'bb'.repeat(32)]

function start() {
  const registry = new SessionRegistry()
  const {session} = new TestSession('host')
  return {registry, session, ticket: registry.add(session, device)}
}

describe('the registry of sessions', () => {
  it('finds a session for the device that shows its whole ticket', () => {
    const {registry, session, ticket} = start()
    expect(ticket.id).toMatch(/^[0-9a-f]{32}$/)
    expect(ticket.token).toMatch(/^[0-9a-f]{64}$/)
    expect(registry.find(ticket, device)).toBe(session)
  })

  it('finds nothing for anybody else', () => {
    const {registry, ticket} = start()
    const other = registry.add(new TestSession('host').session, device)
    expect(registry.find(ticket, otherDevice)).toBeUndefined()
    expect(registry.find({...ticket, token: other.token}, device)).toBeUndefined()
    expect(registry.find({...ticket, id: 'f'.repeat(32)}, device)).toBeUndefined()
    expect(registry.find({...ticket, token: '0'.repeat(64)}, device)).toBeUndefined()
  })

  it('gives two sessions of one device two tickets', () => {
    const {registry, session, ticket} = start()
    const other = registry.add(session, device)
    expect(other.id).not.toBe(ticket.id)
    expect(other.token).not.toBe(ticket.token)
  })

  it('forgets a session', () => {
    const {registry, ticket} = start()
    registry.remove(ticket.id)
    expect(registry.find(ticket, device)).toBeUndefined()
  })
})
