import {createHash, scrypt} from 'node:crypto'
import {promisify} from 'node:util'
import {wordlist} from '@scure/bip39/wordlists/english.js'

const label = 'chatctl/1 verify'
const wordCount = 8
/** Each word of the list stands for 11 bits (BIP39, "Generating the mnemonic"). */
const bitsOfWord = 11n
const hashBytes = 11

/**
 * Whoever sits between two devices has to find two keys of its own that give both the same words: a search of about
 * 2^44 tries. This makes each of them cost 32 MiB and a tenth of a second.
 */
const cost = {N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024}

const stretch = promisify<Buffer, Buffer, number, typeof cost, Buffer>(scrypt)

/** The eight words that a host and a member read to each other: the same at both when nobody sits between them. */
export async function verificationWords(hostFingerprint: string, memberFingerprint: string): Promise<string[]> {
  const devices = createHash('sha256')
    .update(label)
    .update(Buffer.from(hostFingerprint + memberFingerprint, 'hex'))
  const bits = BigInt(`0x${(await stretch(devices.digest(), Buffer.from(label), hashBytes, cost)).toString('hex')}`)
  return Array.from({length: wordCount}, (_, index) => wordAt(bits >> (bitsOfWord * BigInt(wordCount - 1 - index))))
}

function wordAt(bits: bigint): string {
  return wordlist[Number(bits & (2n ** bitsOfWord - 1n))] ?? ''
}
