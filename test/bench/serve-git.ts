/** `git http-backend` behind a small server: git over HTTP without a coordinator around it. */
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import path from 'node:path';

/** @param root the folder of the repositories, which are at `/git/NAME.git` */
export function serveGit(root: string): Server {
  const exec = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();
  return createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://localhost');
    const cgi = spawn(path.join(exec, 'git-http-backend'), {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname.replace(/^\/git/, ''),
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: req.method,
        CONTENT_TYPE: req.headers['content-type'],
        HTTP_CONTENT_ENCODING: req.headers['content-encoding'],
        HTTP_GIT_PROTOCOL: req.headers['git-protocol']?.toString(),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    req.pipe(cgi.stdin);
    let head: Buffer | null = Buffer.alloc(0);
    cgi.stdout.on('data', (chunk: Buffer) => {
      if (!head) return void res.write(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
        const colon = line.indexOf(':');
        if (!line.startsWith('Status'))
          res.setHeader(line.slice(0, colon), line.slice(colon + 1).trim());
      }
      res.write(head.subarray(end + 4));
      head = null;
    });
    cgi.on('close', () => res.end());
  });
}
