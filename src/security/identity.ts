import {createPrivateKey, randomBytes, X509Certificate} from 'node:crypto'
import {link, open, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {makeDirectory} from '../disk/make-directory.js'
import {ChatctlError} from '../errors/index.js'
import {fingerprintOf, type Credentials} from '../transport/credentials.js'
import {cannotRead, cannotWrite, isSystemError} from './home-errors.js'

/** Who this device is: the same on every run with the same home directory. */
export interface Identity extends Credentials {
  /** The device's name: SHA-256 of its public key, in lower-case hex. */
  readonly fingerprint: string
}

/** Holds the key and the certificate, so that there is never one without the other. */
const fileName = 'identity.pem'

/** RFC 5280, section 4.1.2.5: a certificate that has no well-defined end. */
const neverExpires = new Date('9999-12-31T23:59:59Z')

/**
 * Reads the identity kept in `home`; the first time, makes it. However many processes do so at once, they all get
 * the same one.
 * @throws ChatctlError `damaged-identity`, `not-readable`, `not-writable`, or `disk-full`
 */
export async function loadIdentity(home: string): Promise<Identity> {
  const path = join(home, fileName)
  const kept = await read(path)
  if (kept !== undefined) return parse(kept, path)
  await publish(await makePem(), home, path)
  return parse((await read(path)) ?? '', path)
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined
    throw cannotRead(path, cause)
  }
}

function parse(pem: string, path: string): Identity {
  try {
    const certificate = new X509Certificate(pem)
    const key = createPrivateKey(pem)
    if (!certificate.checkPrivateKey(key)) throw new Error('the certificate belongs to another key')
    return {key: pem, certificate: certificate.toString(), fingerprint: fingerprintOf(certificate)}
  } catch (cause) {
    throw new ChatctlError('damaged-identity', `${path} does not hold a key and its certificate`, {cause})
  }
}

async function makePem(): Promise<string> {
  // Late, because it takes longer to load than all the rest, and is needed once in a device's life.
  const {generate} = await import('selfsigned')
  const made = await generate([{name: 'commonName', value: 'chatctl'}], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: neverExpires,
    extensions: [{name: 'basicConstraints', cA: false}],
  })
  return made.private + made.cert
}

/** A link appears whole or not at all, and never replaces: of several first runs, the first one decides. */
async function publish(pem: string, home: string, path: string): Promise<void> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  try {
    await makeDirectory(home, 0o700)
    try {
      await write(draft, pem)
      await link(draft, path).catch((error: unknown) => {
        if (!isSystemError(error, 'EEXIST')) throw error
      })
    } finally {
      await rm(draft, {force: true})
    }
  } catch (cause) {
    throw cannotWrite(path, cause)
  }
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
