import {describe, expect, it} from 'vitest'
import {Comings} from '../../src/repl/comings.js'
import {comingsText, type ComingEvent} from '../../src/repl/event-text.js'
import {plainLook} from '../../src/ui/look.js'
import {createTheme} from '../../src/ui/theme.js'
import {FakeClock} from '../helpers/fake-clock.js'

const joined = (nick: string): ComingEvent => ({event: 'joined', member: {id: 3, nick}})
const left = (nick: string, reason: 'quit' | 'lost' = 'quit'): ComingEvent => ({
  ...{event: 'left', member: {id: 3, nick}, reason},
})

function watch() {
  const [clock, lines]: [FakeClock, string[]] = [new FakeClock(), []]
  const comings = new Comings(clock, events => lines.push(comingsText(events, createTheme(plainLook))))
  return {clock, lines, comings}
}

describe('who comes and goes', () => {
  it('is told at once, one by one, as long as there is time between them', () => {
    const {clock, lines, comings} = watch()
    comings.add(joined('ana'))
    expect(lines).toEqual(['ana joined'])
    clock.advance(1500)
    comings.add(joined('eve'))
    expect(lines).toEqual(['ana joined', 'eve joined'])
    clock.advance(1500)
    expect(clock.waiting).toBe(0)
  })

  it('is folded when many come closely together', () => {
    const {clock, lines, comings} = watch()
    for (const nick of ['ana', 'eve', 'dan']) comings.add(joined(nick))
    clock.advance(1500)
    for (let i = 0; i < 14; i++) comings.add(joined(`guest-${i}`))
    clock.advance(1500)
    expect(lines).toEqual(['ana joined', 'eve and dan joined', 'guest-0, guest-1 and 12 others joined'])
  })

  it('is one line for each way of coming and going, and none is lost', () => {
    const {clock, lines, comings} = watch()
    for (const event of [joined('ana'), left('bob'), joined('eve'), left('dan', 'lost'), left('zoë', 'lost')])
      comings.add(event)
    clock.advance(1500)
    expect(lines).toEqual(['ana joined', 'bob left', 'eve joined', 'dan and zoë are gone (connection lost)'])
  })

  it('is told before what comes after it', () => {
    const {lines, comings} = watch()
    comings.add(joined('ana'))
    comings.add(joined('eve'))
    comings.flush()
    expect(lines).toEqual(['ana joined', 'eve joined'])
    comings.flush()
    expect(lines).toHaveLength(2)
  })

  it('leaves no timer behind at the end, and nothing untold', () => {
    const {clock, lines, comings} = watch()
    comings.add(joined('ana'))
    comings.add(left('ana'))
    comings.close()
    expect(lines).toEqual(['ana joined', 'ana left'])
    expect(clock.waiting).toBe(0)
  })
})
