/** A plot of the ratios against the size of the state, both axes logarithmic, as an SVG file without dependencies. */
import type { Ratios, Row } from './Report.ts'

const frame = { left: 60, top: 40, width: 520, height: 300 }

const lines: readonly { ratio: keyof Ratios; label: string; color: string }[] = [
  { ratio: 'knownSignersVsStock', label: 'batch of known signers to commitment, against stock', color: '#c9a227' },
  { ratio: 'threadedVsStock', label: 'signed bytes to committed batch with a thread, against stock', color: '#d9822b' },
  { ratio: 'vsStock', label: 'signed bytes to committed batch, against stock', color: '#b5532a' },
  { ratio: 'executorVsRunTx', label: 'executor against runTx', color: '#3f7d4e' },
  { ratio: 'bytesMptVsFlat', label: 'bytes written, best-effort trie against flat', color: '#7a5aa6' },
  {
    ratio: 'flatVsMptWithoutCheckpoint',
    label: 'flat against best-effort trie, without checkpoints',
    color: '#2f6fb0',
  },
  { ratio: 'flatVsMpt', label: 'flat against best-effort trie', color: '#111111' },
  { ratio: 'flatVsMptInMemory', label: 'flat against best-effort trie, all nodes in memory', color: '#888888' },
]

/** Draws the transfers in the largest batches that every size has. */
export function draw(sizes: Readonly<Record<string, Readonly<Record<string, Row>>>>): string {
  const states = Object.keys(sizes).map(Number)
  const count = Math.max(...Object.keys(Object.values(sizes)[0]!).map(Number))
  const series = lines.map((line) => ({
    ...line,
    points: states.map((size) => [size, sizes[size]![count]!.ratios[line.ratio]] as const),
  }))
  const top = 10 ** Math.ceil(Math.log10(Math.max(...series.flatMap(({ points }) => points.map(([, y]) => y)))))
  const x = scale(Math.min(...states), Math.max(...states), frame.left, frame.left + frame.width)
  const y = scale(1, top, frame.top + frame.height, frame.top)
  const height = frame.top + frame.height + 40 + 18 * series.length
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="620" height="${height}" fill="#fff"/>`,
    text(frame.left, 22, `Ratios by accounts in the state, batches of ${count} transfers`),
    ...[...ticks(top)].map((value) => gridLine(y(value), `${value}x`)),
    ...states.map((size) => text(x(size), frame.top + frame.height + 18, String(size), 'middle')),
    ...series.map(({ points, color }) =>
      polyline(
        points.map(([size, ratio]) => [x(size), y(Math.max(ratio, 1))] as const),
        color,
      ),
    ),
    ...series.map(({ label, color }, index) => legend(frame.top + frame.height + 42 + 18 * index, label, color)),
    '</svg>',
  ].join('\n')}\n`
}

/** Logarithmic; where all is one value, it is in the middle. */
function scale(low: number, high: number, from: number, to: number): (value: number) => number {
  if (low === high) return () => (from + to) / 2
  return (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low)
}

/** 1, 2, 5, 10, 20 … up to `top`. */
function* ticks(top: number): Generator<number> {
  for (let decade = 1; decade <= top; decade *= 10) {
    for (const digit of [1, 2, 5]) if (digit * decade <= top) yield digit * decade
  }
}

function gridLine(y: number, label: string): string {
  const right = frame.left + frame.width
  const line = `<line x1="${frame.left}" y1="${y.toFixed(1)}" x2="${right}" y2="${y.toFixed(1)}" stroke="#ddd"/>`
  return line + text(frame.left - 6, y + 4, label, 'end')
}

function polyline(points: readonly (readonly [number, number])[], color: string): string {
  const at = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`)
  const dots = points.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${color}"/>`)
  return `<polyline points="${at.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>${dots.join('')}`
}

function legend(y: number, label: string, color: string): string {
  const dash = `<line x1="${frame.left}" y1="${y - 4}" x2="${frame.left + 24}" y2="${y - 4}" stroke="${color}" stroke-width="2"/>`
  return dash + text(frame.left + 32, y, label)
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`
}
