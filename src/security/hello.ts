import {ChatctlError} from '../errors/index.js'
import {encodeJson} from '../protocol/frame-encoder.js'
import {decodeJson} from '../protocol/json.js'
import {hello, type Hello} from '../protocol/payloads.js'

/** The minor versions of chatctl/1 that this program speaks, from the oldest to the newest. */
const versions: Hello['versions'] = [0, 0]

/** The payload of one's own HELLO. Both ends prove the very bytes that were sent. */
export function encodeHello(says: Omit<Hello, 'versions'>): Buffer {
  return encodeJson({versions, ...says})
}

/**
 * Decodes the other side's HELLO.
 * @throws ChatctlError `protocol-violation`, or `no-common-version`
 */
export function decodeHello(payload: Uint8Array): Hello {
  const decoded = decodeJson(hello, payload)
  const [oldest, newest] = decoded.versions
  if (newest >= versions[0] && oldest <= versions[1]) return decoded
  const [theirs, ours] = [decoded.versions, versions].map(range => range.map(minor => `1.${minor}`).join(' to '))
  throw new ChatctlError('no-common-version', `the other side speaks chatctl/${theirs}, this one chatctl/${ours}`)
}
