package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is the form of a name under which spellings of one name are equal: NFKC (which
// widens half-width kana), lower case, hiragana as katakana, variant kanji as the common
// one (髙 as 高, 﨑 as 崎, 齋 as 斎, 邊 as 辺; for matching only, never to show), marks
// of Latin letters dropped, apostrophes and full stops dropped, and every other run of
// signs and blanks as one blank. Fold of a folded text is the text itself.
func Fold(s string) string {
	if plain(s) {
		return s
	}
	if isASCII(s) {
		return string(appendFold(make([]byte, 0, len(s)), s))
	}
	return slowFold(s)
}

// slowFold is Fold letter by letter, of any text.
func slowFold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank, latin := false, false // of the letter written last
	for _, r := range norm.NFKC.String(s) {
		for _, r := range unfolded(r, latin) {
			switch {
			case r == '\'' || r == '’' || r == '.' || r == '`' || r == '・':
			case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == 'ー':
				if blank && b.Len() > 0 {
					b.WriteByte(' ')
				}
				blank = false
				b.WriteRune(r)
				latin = unicode.Is(unicode.Latin, r)
			default:
				blank, latin = true, false
			}
		}
	}
	return norm.NFC.String(b.String())
}

// plain says that a text is its own fold without looking at it twice: lower-case ASCII
// letters and digits with single blanks between them.
func plain(s string) bool {
	blank := true
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			blank = false
		case c == ' ' && !blank:
			blank = true
		default:
			return false
		}
	}
	return !blank || s == ""
}

// unfolded gives the letters that stand for r in a fold; after a Latin letter marks are
// dropped.
func unfolded(r rune, latin bool) string {
	if r < utf8.RuneSelf {
		return string(unicode.ToLower(r))
	}
	if k := katakana(r); k != r {
		return string(k)
	}
	if v, ok := variantOf(r); ok {
		return string(v)
	}
	if latin && unicode.Is(unicode.Mn, r) {
		return ""
	}
	if !unicode.Is(unicode.Latin, r) {
		return string(unicode.ToLower(r))
	}
	var b strings.Builder
	for _, p := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, p) {
			b.WriteString(plainLatin(p))
		}
	}
	return b.String()
}

// plainLatin gives what is written for a Latin letter where it is not to be had.
func plainLatin(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'ø', 'Ø':
		return "o"
	case 'ł', 'Ł':
		return "l"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'þ', 'Þ':
		return "th"
	case 'ı', 'İ':
		return "i"
	}
	return string(unicode.ToLower(r))
}

// katakana gives the katakana of a hiragana, and any other letter as it is.
func katakana(r rune) rune {
	if r >= 'ぁ' && r <= 'ゖ' || r == 'ゝ' || r == 'ゞ' {
		return r + 'ァ' - 'ぁ'
	}
	return r
}

// variants are kanji of names that are written in several ways: the common one first.
// From the joyo table's correspondences of old and new letters (Cabinet notice 2 of
// 2010) and the unified variants that occur in family registers.
const variants = `高髙 崎﨑嵜埼 斎齋齊斉 辺邊邉 沢澤 浜濱濵 広廣 国國 島嶋嶌 吉𠮷 桜櫻 竜龍 滝瀧 恵惠 栄榮 関關
	黒黑 真眞 徳德 条條 実實 寿壽 宝寶 当當 万萬 円圓 亜亞 塩鹽 緑綠 緒緖 巣巢 増增 蔵藏 蔭荫
	静靜 郷鄕 礼禮 穂穗 渕淵渊 裏裡 曽曾 焼燒 頼賴 瀬瀨 桑桒 館舘 鶴靍靏 峰峯 富冨 船舩 剣劍劔
	検檢 県縣 児兒 学學 岳嶽 薫薰 団團 弥彌 弁辨 双雙 応應 桧檜 梅楳 楽樂 横橫 清淸 温溫 瑶瑤
	穣穰 経經 総總 聡聰 芸藝 薗園 蛍螢 覚覺 豊豐 遥遙 青靑 顕顯 巌巖 悦悅 尭堯 槙槇 絵繪 継繼
	鉄鐵 錬鍊 麺麵 麦麥 駅驛 与與 予豫 仏佛 仮假 会會 伝傳 参參 寛寬 将將 尽盡 帯帶 来來 栃杤
	松枩 柳栁 気氣 済濟 渋澁 湾灣 潟泻 点點 為爲 状狀 発發 秋龝 称稱 粋粹 糸絲 縄繩 声聲 艶艷
	茎莖 荘莊 装裝 覧覽 観觀 触觸 訳譯 証證 誉譽 譲讓 賛贊 転轉 軽輕 辞辭 逓遞 雑雜 霊靈 験驗
	鴎鷗`

// variantOf gives the common letter of a variant kanji.
func variantOf(r rune) (rune, bool) {
	if r < '⺀' {
		return r, false
	}
	i := strings.IndexRune(variants, r)
	if i < 0 {
		return r, false
	}
	head := strings.LastIndexAny(variants[:i], " \t\n") + 1
	first, _ := utf8.DecodeRuneInString(variants[head:])
	return first, first != r
}

// hasKana says that a text is written in kana alone, so that it is its own reading.
func hasKana(s string) bool {
	found := false
	for _, r := range s {
		switch {
		case r >= 'ぁ' && r <= 'ヿ':
			found = true
		case r != ' ':
			return false
		}
	}
	return found
}

// hasHan says that a text holds a kanji.
func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// hasLatin says that a text holds a Latin letter.
func hasLatin(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}

const kanaRows = `アa イi ウu エe オo カka キki クku ケke コko サsa シshi スsu セse ソso タta チchi ツtsu テte トto
	ナna ニni ヌnu ネne ノno ハha ヒhi フfu ヘhe ホho マma ミmi ムmu メme モmo ヤya ユyu ヨyo ラra リri ルru レre ロro
	ワwa ヰi ヱe ヲo ンn ガga ギgi グgu ゲge ゴgo ザza ジji ズzu ゼze ゾzo ダda ヂji ヅzu デde ドdo バba ビbi ブbu ベbe
	ボbo パpa ピpi プpu ペpe ポpo ヴvu ァa ィi ゥu ェe ォo ッ- ャya ュyu ョyo ー-`

// Romanise writes a folded kana text in Latin letters after Hepburn, as passports do:
// long vowels once (オオノ ono, ユウコ yuko, タロウ taro). A Latin text is brought to the
// same form (Ohno and Oono are ono), so that both can be compared. Other letters stay.
func Romanise(s string) string {
	s = Fold(s)
	if isASCII(s) {
		return shortVowels(s)
	}
	var b strings.Builder
	double := false
	for _, r := range s {
		i := strings.IndexRune(kanaRows, r)
		if r < 'ァ' || i < 0 {
			b.WriteRune(r)
			continue
		}
		syllable, _, _ := strings.Cut(kanaRows[i+utf8.RuneLen(r):], " ")
		syllable = strings.TrimSpace(strings.SplitN(syllable, "\n", 2)[0])
		text := b.String()
		switch {
		case r == 'ッ':
			double = true
			continue
		case r == 'ー':
			continue
		case strings.ContainsRune("ャュョ", r) && strings.HasSuffix(text, "i"):
			b.Reset()
			b.WriteString(text[:len(text)-1])
			if strings.HasSuffix(text, "shi") || strings.HasSuffix(text, "chi") || strings.HasSuffix(text, "ji") {
				syllable = syllable[1:]
			}
		case strings.ContainsRune("ァィェォ", r) && strings.HasSuffix(text, "u"):
			b.Reset()
			b.WriteString(text[:len(text)-1])
		}
		if double {
			b.WriteByte(syllable[0])
			double = false
		}
		b.WriteString(syllable)
	}
	return shortVowels(b.String())
}

// shortVowels writes long vowels once: oo, ou and oh before a consonant or the end as o,
// uu as u, aa as a, ei and ee stay apart from e; m before b, m, p as n.
func shortVowels(s string) string {
	if !longVowels(s) {
		return s
	}
	return shorten(s)
}

func shorten(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		var before, after byte
		if len(b) > 0 {
			before = b[len(b)-1]
		}
		if i+1 < len(s) {
			after = s[i+1]
		}
		switch {
		case before == 'o' && (c == 'o' || c == 'u'), before == 'u' && c == 'u', before == 'a' && c == 'a':
			continue
		case before == 'o' && c == 'h' && !strings.ContainsRune("aeiouy", rune(after)):
			continue
		case c == 'm' && (after == 'b' || after == 'm' || after == 'p'):
			c = 'n'
		}
		b = append(b, c)
	}
	return string(b)
}

// longVowels says whether [shortVowels] may change a text.
func longVowels(s string) bool {
	for i := 1; i < len(s); i++ {
		switch s[i-1] {
		case 'o':
			if s[i] == 'o' || s[i] == 'u' || s[i] == 'h' {
				return true
			}
		case 'u', 'a':
			if s[i] == s[i-1] {
				return true
			}
		case 'm':
			if s[i] == 'b' || s[i] == 'm' || s[i] == 'p' {
				return true
			}
		}
	}
	return false
}

const soundexDigits = "01230120022455012623010202" // of a to z; 0 is not coded

// Soundex is the American Soundex code of a name (R. C. Russell, 1918; the rules of the
// US National Archives): its first letter and three digits. Names of other letters than
// Latin are romanised before; one without any Latin letter has the empty code.
func Soundex(s string) string {
	var code [4]byte
	return string(appendSoundex(code[:0], s))
}

// appendSoundex appends the four letters of a code to an empty list, or none.
func appendSoundex(code []byte, s string) []byte {
	s = Romanise(s)
	var last byte
	for i := 0; i < len(s) && len(code) < 4; i++ {
		c := s[i]
		if c < 'a' || c > 'z' {
			last = 0
			continue
		}
		d := soundexDigits[c-'a']
		switch {
		case len(code) == 0:
			code = append(code, c)
		case c == 'h' || c == 'w':
			continue
		case d != '0' && d != last:
			code = append(code, d)
		}
		last = d
	}
	for len(code) > 0 && len(code) < 4 {
		code = append(code, '0')
	}
	return code
}
