// The little that is needed to make and find elements.

type Child = Node | string | null | undefined | false

export function h(tag: string, attributes: Record<string, unknown> = {}, ...children: Child[]): HTMLElement {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value as EventListener)
    else if (value === true) node.setAttribute(name, '')
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, String(value))
  }
  node.append(...children.filter((child): child is Node | string => !!child))
  return node
}

export const find = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T

// Paths of the Lucide set (ISC licence), the ones this chat draws itself.
const paths = {
  check: 'M20 6 9 17l-5-5',
  seen: 'M18 6 7 17l-5-5 M22 10l-7.5 7.5L13 16',
  warning: 'm21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3 M12 9v4 M12 17h.01',
  file: 'M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z M14 2v5a1 1 0 0 0 1 1h5',
  cross: 'M18 6 6 18 M6 6l12 12',
  plus: 'M5 12h14 M12 5v14',
  page: 'M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7z M14 2v4a2 2 0 0 0 2 2h4 M10 9H8 M16 13H8 M16 17H8',
  back: 'm12 19-7-7 7-7 M19 12H5',
  clock: 'M12 6v6l4 2 M22 12A10 10 0 1 1 2 12a10 10 0 0 1 20 0z',
}

export function icon(name: keyof typeof paths): Element {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('class', 'icon')
  const path = document.createElementNS(space, 'path')
  path.setAttribute('d', paths[name])
  svg.append(path)
  return svg
}

const address = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g

// prose makes links of web addresses and leaves everything else the text that it is.
export function prose(text: string): Node[] {
  const nodes: Node[] = []
  let from = 0
  for (const match of text.matchAll(address)) {
    nodes.push(document.createTextNode(text.slice(from, match.index)))
    nodes.push(h('a', { href: match[0], target: '_blank', rel: 'noopener noreferrer nofollow' }, match[0]))
    from = match.index! + match[0].length
  }
  nodes.push(document.createTextNode(text.slice(from)))
  return nodes
}
