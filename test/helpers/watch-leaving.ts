import {FrameDecoder} from '../../src/protocol/frame-decoder.js'
import type {FrameName} from '../../src/protocol/frame.js'
import type {Transport} from '../../src/transport/transport.js'

/** Notes the names of all frames that leave by a transport from now on; a chunk once for each write that has some of it. */
export function watchLeaving(transport: Transport): FrameName[] {
  const names: FrameName[] = []
  const note = ({name}: {name: FrameName}): unknown => names.push(name)
  const decoder = new FrameDecoder('open', {frame: note, chunk: note})
  const write = transport.write.bind(transport)
  transport.write = (buffers, onFlushed) => {
    decoder.push(Buffer.concat(buffers))
    write(buffers, onFlushed)
  }
  return names
}
