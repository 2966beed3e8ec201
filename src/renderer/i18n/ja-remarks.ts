/** What of an issue was not taken, and why, in Japanese; in English `remarkInWords` has it. */
import type { AskedIn, Remark } from '../../shared/import/remark.ts';
import { assertNever } from '../../shared/result.ts';

const WRONG = {
  priority: '優先度ではありません',
  specialty: '専門分野ではありません',
  engine: 'イシューで指定できるエンジンではありません',
  need: 'イシューで指定できる「必要なもの」ではありません',
  switch: 'true でも false でもありません',
} as const;

export function remarkInJapanese(remark: Remark): string {
  switch (remark.code) {
    case 'local_only':
      return `ローカル限定のため、${remark.engine} の指定は外しました`;
    case 'front_matter_refused':
      return '先頭の指定欄は使いませんでした。作成者にこのリポジトリへの書き込み権限がありません。代わりにラベルを使ってください';
    case 'front_matter_unreadable':
      return `先頭の指定欄が YAML として読めません: ${remark.why}`;
    case 'front_matter_empty':
      return '先頭の指定欄に「koubou:」の項目がありません';
    case 'unknown':
      return `${placeOf(remark.where)} は認識できません`;
    case 'wrong': {
      const allowed =
        remark.allowed.length === 0 ? '' : `（${remark.allowed.join('、')} のいずれか）`;
      return `${placeOf(remark.where)} は${WRONG[remark.what]}${allowed}`;
    }
    case 'text_cut':
      return `本文 ${remark.of} 文字のうち、先頭の ${remark.taken} 文字だけを取り込みました`;
    case 'comments_left':
      return `長いため、コメント ${remark.count} 件を省きました`;
    case 'attachments':
      return '画像またはファイルが添付されています。フォージにサインインした人しか開けないため、内容は本文に含まれていません';
    case 'moved':
      return `${remark.from} は移動され、現在は ${remark.to} です`;
    case 'unseen':
      return `依存先の ${remark.refs.join('、')} はこのアカウントから見えないため、完了を待ちません`;
    case 'circle':
      return `${remark.ref} も互いに待っているため、完了を待ちません`;
    default:
      return assertNever(remark);
  }
}

function placeOf(where: AskedIn): string {
  return `${where.in === 'label' ? 'ラベル' : '先頭の指定欄の'}「${where.text}」`;
}
