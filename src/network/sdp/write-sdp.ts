/** Writes a session description in the order of RFC 8866 §5. */

import type { Attribute, Media, SdpAddress, Session } from './session.ts'

/** Lines that stand before c= and after it. */
const beforeConnection = 'iuep'

function connectionLine(connection: SdpAddress | undefined): string {
  return connection ? `c=IN ${connection.family} ${connection.address}\r\n` : ''
}

function attributeLines(attributes: readonly Attribute[]): string {
  return attributes.map(({ name, value }) => `a=${name}${value === undefined ? '' : `:${value}`}\r\n`).join('')
}

function linesWhere(lines: readonly string[], wanted: (kind: string) => boolean): string {
  return lines
    .filter((line) => wanted(line[0] ?? ''))
    .map((line) => `${line}\r\n`)
    .join('')
}

function mediaText(media: Media): string {
  const { kind, port, protocol, formats, connection, lines, attributes } = media
  return (
    `m=${kind} ${port} ${protocol} ${formats.join(' ')}\r\n` +
    linesWhere(lines, (line) => line === 'i') +
    connectionLine(connection) +
    linesWhere(lines, (line) => line !== 'i') +
    attributeLines(attributes)
  )
}

/** The SDP text of a session. A missing t= line is written as `0 0`. */
export function writeSdp(session: Session): string {
  const { origin, name, connection, lines, attributes, media } = session
  const { family, address } = origin.address
  const timing = lines.some((line) => line.startsWith('t=')) ? '' : 't=0 0\r\n'
  return (
    `v=0\r\no=${origin.username} ${origin.sessionId} ${origin.version} IN ${family} ${address}\r\n` +
    `s=${name || '-'}\r\n` +
    linesWhere(lines, (line) => beforeConnection.includes(line)) +
    connectionLine(connection) +
    linesWhere(lines, (line) => line === 'b') +
    timing +
    linesWhere(lines, (line) => !beforeConnection.includes(line) && line !== 'b') +
    attributeLines(attributes) +
    media.map(mediaText).join('')
  )
}
