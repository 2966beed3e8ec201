/** A text in Markdown, as a person meant it to look. */
import { useMemo } from 'react';
import { parseMarkdown, type Block, type Inline } from './markdown.ts';
import './markdown.css';

/** A text longer than this stands as it was typed. */
const MOST_CHARACTERS = 30_000;

export function Markdown({ text }: { readonly text: string }) {
  const blocks = useMemo(
    () => (text.length > MOST_CHARACTERS ? null : parseMarkdown(text)),
    [text],
  );
  if (!blocks) return <div className="markdown markdown-plain">{text}</div>;
  return (
    <div className="markdown">
      {blocks.map((block, index) => (
        <BlockView key={`${block.type} ${index}`} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.type) {
    case 'heading':
      return (
        <p className="markdown-heading">
          <Line inlines={block.inlines} />
        </p>
      );
    case 'paragraph':
      return <p>{linesOf(block.lines)}</p>;
    case 'quote':
      return <blockquote>{linesOf(block.lines)}</blockquote>;
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul';
      return (
        <List>
          {block.items.map((item, index) => (
            <li key={index}>
              <Line inlines={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'table':
      return (
        <table>
          <thead>
            <tr>
              {block.head.map((cell, index) => (
                <th key={index}>
                  <Line inlines={cell} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>
                    <Line inlines={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    case 'code':
      return <pre>{block.text}</pre>;
  }
}

function linesOf(lines: readonly Inline[][]) {
  return lines.map((inlines, index) => (
    <span key={index}>
      <Line inlines={inlines} />{' '}
    </span>
  ));
}

function Line({ inlines }: { readonly inlines: readonly Inline[] }) {
  return inlines.map((inline, index) => <InlineView key={index} inline={inline} />);
}

function InlineView({ inline }: { readonly inline: Inline }) {
  switch (inline.type) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return <strong>{inline.text}</strong>;
    case 'emphasis':
      return <em>{inline.text}</em>;
    case 'link':
      return (
        <a href={inline.url} target="_blank" rel="noreferrer">
          {inline.text}
        </a>
      );
  }
}
