/** The peer of a console: an xterm.js on a plain WebSocket to a shell (`ui-terminals-peer.ts`). */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import { optionsFor } from '../../../src/renderer/task/terminal/screen-look.ts';

/** A piece was digested: any binary message. */
const DIGESTED = new Uint8Array(1);

/** Says `data-writes` when one can type, as a console does. */
export function BareTerminal({ url }: { readonly url: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current: element } = place;
    if (!element) return;
    const terminal = new Terminal({ ...optionsFor(element), fontSize: 13, scrollback: 5_000 });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(element);
    fit.fit();
    const socket = new WebSocket(`${url}?cols=${terminal.cols}&rows=${terminal.rows}`);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      element.dataset['writes'] = 'true';
    });
    socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
      terminal.write(new Uint8Array(data), () => socket.send(DIGESTED)),
    );
    terminal.onData((text) => socket.send(text));
    return () => {
      socket.close();
      terminal.dispose();
    };
  }, [url]);
  return <div ref={place} style={{ overflow: 'hidden', background: 'var(--kb-terminal)' }} />;
}
