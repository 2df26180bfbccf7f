import { inflateSync } from 'node:zlib'

/** Every text of a document, in the order it was put there. */
export function pdfWords(pdf: Uint8Array): string[] {
  const file = Buffer.from(pdf).toString('latin1')
  const objects = new Map(
    Array.from(file.matchAll(/(\d+) 0 obj\n(.*?)\nendobj/gs), ([, id = '', body = '']) => [
      id,
      body,
    ]),
  )
  const streamOf = (body = '') => {
    const [, bytes = ''] = /stream\n(.*)\nendstream/s.exec(body) ?? []
    return inflateSync(Buffer.from(bytes, 'latin1')).toString('latin1')
  }
  const fonts = new Map(
    Array.from(file.matchAll(/\/(F\d+) (\d+) 0 R/g), ([, name = '', id = '']) => {
      const [, map = ''] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '') ?? []
      return [name, lettersOf(streamOf(objects.get(map)))]
    }),
  )
  const pages = Array.from(file.matchAll(/\/Contents (\d+) 0 R/g), ([, id = '']) => objects.get(id))
  return pages.flatMap((page) => textsOf(streamOf(page), fonts))
}

/** By glyph: a font's letters stand in its map in the order of their glyphs. */
const lettersOf = (map: string) =>
  Array.from(map.matchAll(/\[(.*?)\]/gs), ([, range = '']) =>
    Array.from(range.matchAll(/<([\da-f]+)>/g), ([, code = '']) =>
      Buffer.from(code, 'hex').swap16().toString('utf16le'),
    ),
  ).flat()

function textsOf(content: string, fonts: ReadonlyMap<string, string[]>): string[] {
  return Array.from(
    content.matchAll(/\/(F\d+) [\d.]+ Tf.*?\[(.*?)\] TJ/gs),
    ([, font = '', text = '']) =>
      Array.from(text.matchAll(/<([\da-f]+)>/g), ([, glyphs = '']) =>
        Array.from(
          glyphs.matchAll(/.{4}/g),
          ([glyph]) => fonts.get(font)?.[parseInt(glyph, 16)],
        ).join(''),
      ).join(''),
  )
}
