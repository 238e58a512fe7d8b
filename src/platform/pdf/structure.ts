/** The structure of a tagged document (ISO 32000-1 §14.7): which text is a heading, a paragraph, a cell. */

import type { PdfFile } from './write-file.ts'

export type ElementKind = 'Document' | 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'TH' | 'TD'

export type Structure = {
  open(kind: ElementKind): void
  close(): void
  /** Whether text belongs to an element at this moment. */
  isOpen(): boolean
  /** A mark for text on a page, as a child of the element that is open; its number on the page. */
  mark(page: number): number
  /** Writes the tree; `pages` are the pages' objects. The number of its root. */
  write(pages: readonly number[]): number
}

type Node = {
  readonly kind: ElementKind
  readonly number: number
  readonly parent: number
  readonly children: (number | { readonly page: number; readonly mark: number })[]
}

/** Begins with an empty document, all of whose elements are inside it. */
export function createStructure(file: PdfFile): Structure {
  const rootNumber = file.reserve()
  const nodes: Node[] = [{ kind: 'Document', number: file.reserve(), parent: rootNumber, children: [] }]
  const path: Node[] = [nodes[0]!]
  /** Which element each mark of a page belongs to. */
  const marks: number[][] = []
  return {
    open(kind) {
      const parent = path.at(-1)!
      const node: Node = { kind, number: file.reserve(), parent: parent.number, children: [] }
      parent.children.push(node.number)
      nodes.push(node)
      path.push(node)
    },
    close: () => void path.pop(),
    isOpen: () => path.length > 1,
    mark(page) {
      const node = path.at(-1)!
      const mine = (marks[page] ??= [])
      node.children.push({ page, mark: mine.length })
      return mine.push(node.number) - 1
    },
    write(pages) {
      for (const { kind, number, parent, children } of nodes) {
        const kids = children.map((child) =>
          typeof child === 'number'
            ? `${child} 0 R`
            : `<< /Type /MCR /Pg ${pages[child.page]} 0 R /MCID ${child.mark} >>`,
        )
        const scope = kind === 'TH' ? ' /A << /O /Table /Scope /Column >>' : ''
        file.set(number, `<< /Type /StructElem /S /${kind} /P ${parent} 0 R /K [${kids.join(' ')}]${scope} >>`)
      }
      const places = pages.map((_, page) => `${page} [${(marks[page] ?? []).map((one) => `${one} 0 R`).join(' ')}]`)
      const parents = file.add(`<< /Nums [${places.join(' ')}] >>`)
      file.set(
        rootNumber,
        `<< /Type /StructTreeRoot /K ${nodes[0]!.number} 0 R /ParentTree ${parents} 0 R` +
          ` /ParentTreeNextKey ${pages.length} >>`,
      )
      return rootNumber
    },
  }
}
