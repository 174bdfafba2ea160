import {execFile} from 'node:child_process'
import {X509Certificate} from 'node:crypto'
import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {describe, expect, it} from 'vitest'
import {loadIdentity} from '../../src/security/identity.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const run = promisify(execFile)
const isWindows = process.platform === 'win32'

describe('the identity of a device', () => {
  it('is made on the first run and the same ever after', async () => {
    const home = join(temporaryDirectory(), 'new', 'home')
    const first = await loadIdentity(home)
    expect(first.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(await loadIdentity(home)).toEqual(first)
  })

  it('is a self-signed P-256 certificate that does not expire', async () => {
    const {certificate} = await loadIdentity(temporaryDirectory())
    const parsed = new X509Certificate(certificate)
    expect(parsed.publicKey.asymmetricKeyDetails).toEqual({namedCurve: 'prime256v1'})
    expect(parsed.verify(parsed.publicKey)).toBe(true)
    expect(new Date(parsed.validTo).getUTCFullYear()).toBe(9999)
    expect(new Date(parsed.validFrom).getTime()).toBeLessThanOrEqual(Date.now())
  })

  it('says nothing about its owner', async () => {
    const {certificate} = await loadIdentity(temporaryDirectory())
    expect(new X509Certificate(certificate).subject).toBe('CN=chatctl')
  })

  it('is different in another home', async () => {
    const [one, other] = await Promise.all([temporaryDirectory(), temporaryDirectory()].map(loadIdentity))
    expect(one!.fingerprint).not.toBe(other!.fingerprint)
  })

  it.skipIf(isWindows)('can be read by its owner only', async () => {
    const home = join(temporaryDirectory(), 'home')
    await loadIdentity(home)
    expect(statSync(home).mode & 0o777).toBe(0o700)
    expect(statSync(join(home, 'identity.pem')).mode & 0o777).toBe(0o600)
  })

  it('is one even when ten processes run for the first time at once, and they leave nothing else behind', async () => {
    const home = join(temporaryDirectory(), 'home')
    const module = new URL('../../build/security/identity.js', import.meta.url).href
    const script = `import {loadIdentity} from ${JSON.stringify(module)}
      process.stdout.write((await loadIdentity(${JSON.stringify(home)})).fingerprint)`
    const runs = Array.from({length: 10}, () => run(process.execPath, ['--input-type=module', '-e', script]))
    const fingerprints = (await Promise.all(runs)).map(({stdout}) => stdout)
    expect(fingerprints).toEqual(Array(10).fill(fingerprints[0]))
    expect(fingerprints[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(readdirSync(home)).toEqual(['identity.pem'])
  })
})

describe('an identity that cannot be used', () => {
  it.each([
    ['is empty', () => ''],
    ['is cut off', (pem: string) => pem.slice(0, pem.length / 2)],
    ['holds no key', (pem: string) => pem.slice(pem.indexOf('-----BEGIN CERTIFICATE'))],
    ['holds no certificate', (pem: string) => pem.slice(0, pem.indexOf('-----BEGIN CERTIFICATE'))],
  ])('is reported and left alone when its file %s', async (_, damage) => {
    const home = temporaryDirectory()
    const path = join(home, 'identity.pem')
    await loadIdentity(home)
    const damaged = damage(readFileSync(path, 'utf8'))
    writeFileSync(path, damaged)
    await expect(loadIdentity(home)).rejects.toMatchObject({code: 'damaged-identity', exitCode: 8})
    expect(readFileSync(path, 'utf8')).toBe(damaged)
  })

  it('is reported when the certificate belongs to another key', async () => {
    const [home, otherHome] = [temporaryDirectory(), temporaryDirectory()]
    const {key} = await loadIdentity(home)
    const {certificate} = await loadIdentity(otherHome)
    writeFileSync(join(home, 'identity.pem'), key.slice(0, key.indexOf('-----BEGIN CERTIFICATE')) + certificate)
    await expect(loadIdentity(home)).rejects.toMatchObject({code: 'damaged-identity'})
  })

  it('is reported when its home is a file', async () => {
    const home = join(temporaryDirectory(), 'file')
    writeFileSync(home, '')
    await expect(loadIdentity(home)).rejects.toMatchObject({exitCode: 8})
  })
})
