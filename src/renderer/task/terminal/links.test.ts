import { expect, it } from 'vitest';
import { linkAnswer } from './links.ts';

it('opens the web, asks about what may deceive, and opens nothing else', () => {
  const answers = [
    ['https://example.com/a', 'https://example.com/a', 'open'],
    ['http://localhost:3000/', 'http://localhost:3000/', 'ask'],
    ['https://example.com/', 'https://bank.example/', 'ask'],
    ['https://bank.example@evil.example/', 'https://bank.example@evil.example/', 'ask'],
    ['file:///etc/passwd', 'file:///etc/passwd', 'never'],
    ['javascript:alert(1)', 'javascript:alert(1)', 'never'],
    ['vscode://file/x', 'vscode://file/x', 'never'],
    ['no address', 'no address', 'never'],
  ] as const;
  for (const [address, shown, answer] of answers) {
    expect(linkAnswer(address, shown), address).toBe(answer);
  }
});
