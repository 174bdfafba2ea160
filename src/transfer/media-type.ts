import {extname} from 'node:path'

/** What a file is called when its name says nothing. */
export const unknownMediaType = 'application/octet-stream'

/** Tells the media type of a file by its name. The table is loaded with the first file that needs it. */
export async function mediaTypeOf(name: string): Promise<string> {
  const {lookup} = await import('mime-types')
  const type = lookup(extname(name))
  return type === false ? unknownMediaType : type
}
