/** Where Ollama is, from what its own variable says. Pure. */

const USUAL_PORT = '11434';

/**
 * @param host `OLLAMA_HOST` in any of its forms: `host`, `:port`, `host:port`, `https://host/path`; nothing: this machine
 * @returns without a slash at its end
 */
export function ollamaAddress(host: string | undefined): string {
  const given = host?.trim() ?? '';
  const [, scheme = 'http', rest = ''] = /^(?:(https?):\/\/)?(.*)$/i.exec(given) ?? [];
  const [, authority = '', path = ''] = /^([^/]*)(.*)$/.exec(rest) ?? [];
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
  const usual = given.includes('://') ? (scheme === 'https' ? '443' : '80') : USUAL_PORT;
  return `${scheme.toLowerCase()}://${reachable(name)}:${port ?? usual}${path.replace(/\/+$/, '')}`;
}

/** A server that listens everywhere is asked on this machine. */
function reachable(name: string): string {
  if (name === '' || name === '0.0.0.0') return '127.0.0.1';
  return name === '[::]' ? '[::1]' : name;
}
