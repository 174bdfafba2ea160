import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {expectNothingLeft} from '../../helpers/nothing-left.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {memoryPair} from '../../../src/transport/memory-pair.js'
import type {FrameName} from '../../../src/protocol/frame.js'
import {DeskEnd, failureOf, joinDesks} from '../../helpers/transfer-pair.js'
import {harvest, plant, type Plan} from '../../helpers/trees.js'
import {watchLeaving} from '../../helpers/watch-leaving.js'

/** What a receiver sends of its own while a tree of so many small files comes; pings measure for credit how far it is. */
async function answersTo(files: number): Promise<FrameName[]> {
  const {a, b} = memoryPair()
  const answers = watchLeaving(a)
  const [host, member] = [new DeskEnd('host'), new DeskEnd('joiner')]
  host.attach(a)
  member.attach(b)
  const plan: Plan = Object.fromEntries(Array.from({length: files}, (_, index) => [`${index % 7}/${index}`, 'small']))
  const {delivered} = await member.desk.offer(plant(join(temporaryDirectory(), 'src'), plan))
  expect(await delivered).toMatchObject({files})
  return answers
}

describe('a directory that is offered', () => {
  it('arrives as one, under one number, with the events of both ends', async () => {
    const {host, member} = joinDesks()
    const plan = {'a/b.txt': 'bb', 'c.txt': 'c', empty: null, 'd.log': 'no'}
    const root = join(temporaryDirectory(), 'src')
    plant(root, plan)
    const {delivered} = await member.desk.offer(root, {exclude: ['*.log']})
    const what = {transfer: 1, name: 'src', bytes: 3, files: 2}
    expect(await delivered).toMatchObject(what)
    const path = join(host.directory, 'new_src')
    expect(host.events.find(({event}) => event === 'offer')).toMatchObject({...what, kind: 'tree'})
    expect(host.events.at(-1)).toMatchObject({...what, event: 'received', path})
    expect(member.events.at(-1)).toMatchObject({...what, event: 'sent'})
    expect(harvest(path)).toEqual({a: null, 'a/b.txt': 'bb', 'c.txt': 'c', empty: null})
    for (const {events} of [host, member])
      for (const field of ['sha256', 'skipped']) expect(events.at(-1)).not.toHaveProperty(field)
    await expectNothingLeft(host, ['new_src'])
  })

  it('has what could not be kept listed at both ends, and what was not wanted told where it comes from', async () => {
    const {host, member} = joinDesks()
    const root = plant(join(temporaryDirectory(), 'src'), {a: 'a', 'bad\nname': 'b', link: '->a'})
    const {delivered} = await member.desk.offer(root)
    const skipped = {count: 1, first: [{path: 'bad\nname', code: 'unsafe-name'}]}
    const arrived = {bytes: 1, files: 1, skipped}
    expect(await delivered).toMatchObject(arrived)
    expect(host.events.at(-1)).toMatchObject({event: 'received', ...arrived})
    expect(member.events).toContainEqual({event: 'notice', code: 'left-out', message: 'src: left out 1 symbolic link'})
  })

  it('is turned down when it is larger than what is taken', async () => {
    const {host, member} = joinDesks()
    host.intake.maxBytes = 3
    const root = plant(join(temporaryDirectory(), 'src'), {a: 'aa', b: 'bb'})
    const {delivered} = await member.desk.offer(root)
    expect(await failureOf(delivered)).toMatchObject({code: 'too-large'})
    await expectNothingLeft(host, [])
  })

  it('is answered no more often for 2,000 small files than for one', async () => {
    const [one, many] = [await answersTo(1), await answersTo(2000)]
    const isOfFiles = (name: FrameName): boolean => name !== 'credit' && name !== 'ping'
    expect(many.filter(isOfFiles)).toEqual(one.filter(isOfFiles))
    expect(many.length).toBeLessThan(100)
  })

  it('is gone from the disk when its sender calls it off', async () => {
    const {host, member} = joinDesks()
    host.intake.accept = 'ask'
    const root = plant(join(temporaryDirectory(), 'src'), {a: 'x'.repeat(3_000_000)})
    const {delivered, transfer} = await member.desk.offer(root)
    const failure = failureOf(delivered)
    member.desk.cancel(transfer)
    expect(await failure).toMatchObject({code: 'cancelled'})
    await host.desk.idle()
    expect(readdirSync(host.directory)).toEqual([])
  })
})
