// Feeds what chatctl reads from strangers with inputs that it has never seen: npm run fuzz -- --seconds 60
// What breaks something becomes a seed that the tests replay for ever; then the exit code is 1.
import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'
import {parseArgs} from 'node:util'
import {Campaign} from './fuzz/campaign.js'
import {Coverage} from './fuzz/coverage.js'
import {seededRandom} from './fuzz/random.js'
import {shrink} from './fuzz/shrink.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const seedDirectory = join(root, 'test', 'fixtures', 'fuzz')

const {values} = parseArgs({
  options: {
    seconds: {type: 'string', default: '60'},
    seed: {type: 'string', default: String(Date.now() % 2 ** 32)},
    target: {type: 'string', multiple: true},
  },
})
const seconds = Number(values.seconds)
if (!(seconds > 0)) throw new RangeError('--seconds is a number above 0')
const seed = Number(values.seed) >>> 0

const coverage = new Coverage(pathToFileURL(join(root, '.fuzz', 'src')).href)
await coverage.start()
const {fuzzTargets} = await import(pathToFileURL(join(root, '.fuzz', 'test', 'fuzz', 'targets.js')).href)
const targets = fuzzTargets.filter(({name}) => values.target?.includes(name) ?? true)
if (targets.length === 0) throw new Error(`the targets are ${fuzzTargets.map(({name}) => name).join(', ')}`)
const campaigns = targets.map((target, index) => new Campaign(target, seededRandom(seed + index), coverage))

const same = [`--seconds ${seconds} --seed ${seed}`, ...(values.target ?? []).map(name => `--target ${name}`)].join(' ')
console.log(`the same again: npm run fuzz -- ${same}`)
const endMs = performance.now() + seconds * 1000
for (const campaign of campaigns) await campaign.begin(seedsOf(campaign.name))
// In turns, for what one of them reaches is not new to another.
while (performance.now() < endMs && campaigns.some(({finding}) => !finding))
  for (const campaign of campaigns) await campaign.work()

campaigns.forEach(report)
reportShares()
const broken = campaigns.filter(({finding}) => finding)
for (const campaign of broken) keep(campaign)
process.exit(broken.length > 0 ? 1 : 0)

function seedsOf(name) {
  const files = readdirSync(seedDirectory).filter(file => file.startsWith(`${name}-`))
  return files.map(file => Buffer.from(readFileSync(join(seedDirectory, file), 'utf8').trim(), 'hex'))
}

function report({name, executions, elapsedMs, corpusSize, outcomeCount}) {
  const rate = Math.round((executions * 1000) / Math.max(1, elapsedMs))
  console.log(`${name}: ${executions} executions, ${rate} a second, ${corpusSize} kept, ${outcomeCount} outcomes`)
}

/** Of the files that a target is about, how much has run; what only comes along with them would hide that. */
function reportShares() {
  const shares = [...coverage.shares()].filter(([, share]) => share > 0.5).sort(([, one], [, other]) => other - one)
  console.log(shares.map(([path, share]) => `${Math.round(share * 100)}% ${path.slice(1)}`).join('\n'))
}

/** Writes the finding, made as short as it goes, where the tests find it. */
function keep({name, finding: {input, error}}) {
  const {run} = targets.find(target => target.name === name)
  const smallest = shrink(input, shorter => doesFail(run, shorter))
  const hash = createHash('sha256').update(smallest).digest('hex').slice(0, 8)
  const path = join(seedDirectory, `${name}-${hash}.hex`)
  writeFileSync(path, `${smallest.toString('hex')}\n`)
  console.error(`${name}: ${error.stack}\nkept as ${relative(root, path)}`)
}

function doesFail(run, input) {
  try {
    run(input)
    return false
  } catch {
    return true
  }
}
