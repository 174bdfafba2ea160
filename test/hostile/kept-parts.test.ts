import {statSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {joinerFingerprint} from '../helpers/admission.js'
import {until} from '../helpers/until.js'
import type {Liar} from './liar.js'
import {offer, transferId} from './offers.js'
import {Scene} from './scene.js'

const eve = 'ee'.repeat(32)
const job = 'a'.repeat(32)
const size = 100_000
const begun = 32_768

/** Whom it is offered: the host, or somebody through it; what is there of it, and where; and whether nobody holds that. */
interface Case {
  readonly to: {readonly to?: number}
  readonly files: (scene: Scene) => string[]
  readonly isIdle: (scene: Scene) => boolean
  readonly directory: (scene: Scene) => string
}

const toHost: Case = {
  to: {},
  files: ({room}) => room.host.files,
  isIdle: ({room}) => room.host.room.transfers().length === 0,
  directory: ({room}) => room.host.intake.directory,
}
const toMember: Case = {
  to: {to: 2},
  files: ({ana}) => ana.files,
  isIdle: ({ana}) => ana.room.transfers().length === 0,
  directory: ({ana}) => ana.intake.directory,
}

const resumable = (changes: object = {}): object => offer(1, {name: 'plan.pdf', bytes: size, job, ...changes})

async function seat(scene: Scene, fingerprint: string): Promise<Liar> {
  const liar = scene.arrive(fingerprint)
  liar.frame('attach', {session: null, lastSeen: 0, nick: 'guest', purpose: 'talk'})
  await until(() => liar.heard('welcome').length === 1)
  return liar
}

/** Offers the file, and returns what the receiver answers. */
async function accepted(liar: Liar, what: object): Promise<object> {
  liar.say(what)
  await until(() => liar.heard('accept').length === 1)
  return liar.heard('accept')[0]!
}

/** A device that has brought the beginning of a file, and is still there. */
async function begin(scene: Scene, {to, files, directory}: Case): Promise<Liar> {
  const owner = await seat(scene, joinerFingerprint)
  expect(await accepted(owner, resumable(to))).toEqual({type: 'accept', transfer: transferId(1), blocks: true})
  owner.frame('open', {transfer: transferId(1)}, {channel: 1})
  await until(() => owner.all('credit').some(({number}) => number >= begun))
  owner.frame('chunk', 'x'.repeat(begun), {channel: 1})
  const isThere = (name: string): boolean => statSync(join(directory(scene), name)).size === begun
  await until(() => partsIn(files(scene)).some(isThere))
  return owner
}

/** Leaves without a word for the file; resolves when nobody holds its part any more. */
async function leave(scene: Scene, owner: Liar, {files, isIdle}: Case): Promise<void> {
  owner.frame('goaway', {code: 'bye'})
  await until(() => isIdle(scene) && files(scene).some(name => /\.0-[0-9a-f]{16}\.part$/.test(name)))
}

const partsIn = (files: string[]): string[] => files.filter(name => name.endsWith('.part'))

describe.each<[string, Case]>([
  ['the host', toHost],
  ['a member, through the host', toMember],
])('what a device has left with %s', (_, case_) => {
  it.each<[string, string, object]>([
    ['another device that knows its job', eve, {}],
    ['another device that knows its job, in another state', eve, {job: 'a'.repeat(16) + 'b'.repeat(16)}],
    ['itself, for another file', joinerFingerprint, {job: 'b'.repeat(16) + 'a'.repeat(16)}],
    ['itself, for a file of another name', joinerFingerprint, {name: 'other.pdf'}],
    ['itself, without a job', joinerFingerprint, {job: undefined}],
  ])('is not found by %s', async (_, fingerprint, changes) => {
    const scene = await Scene.open()
    await leave(scene, await begin(scene, case_), case_)
    const [kept] = partsIn(case_.files(scene))
    const other = await seat(scene, fingerprint)
    expect(await accepted(other, resumable({...case_.to, ...changes}))).toEqual({
      type: 'accept',
      transfer: transferId(1),
      blocks: true,
    })
    other.say({type: 'cancel', transfer: transferId(1)})
    await until(() => case_.isIdle(scene) && partsIn(case_.files(scene)).length === 1)
    expect(partsIn(case_.files(scene))).toEqual([kept])
    other.frame('goaway', {code: 'bye'})
    const owner = await seat(scene, joinerFingerprint)
    expect(await accepted(owner, resumable(case_.to))).toMatchObject({offset: begun})
  })

  it.each<[string, object]>([
    ['in another state', {job: 'a'.repeat(16) + 'b'.repeat(16)}],
    ['in another size', {bytes: size + 1}],
  ])('is given up when it offers the same %s', async (_, changes) => {
    const scene = await Scene.open()
    await leave(scene, await begin(scene, case_), case_)
    const [kept] = partsIn(case_.files(scene))
    const owner = await seat(scene, joinerFingerprint)
    expect(await accepted(owner, resumable({...case_.to, ...changes}))).not.toHaveProperty('offset')
    const parts = partsIn(case_.files(scene))
    expect(parts).toHaveLength(1)
    expect(parts).not.toContain(kept)
  })

  it('and still brings is not taken over by another device that knows its job', async () => {
    const scene = await Scene.open()
    const owner = await begin(scene, case_)
    const other = await seat(scene, eve)
    expect(await accepted(other, resumable(case_.to))).not.toHaveProperty('offset')
    owner.frame('chunk', 'y'.repeat(begun), {channel: 1, number: begun})
    const sizes = () => partsIn(case_.files(scene)).map(name => statSync(join(case_.directory(scene), name)).size)
    await until(() => sizes().includes(2 * begun))
    expect([...owner.heard('failed'), ...owner.resets]).toEqual([])
  })
})
