package phrase_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
)

// Japanese and Korean end every sentence in its level of speech. A sentence that ends in
// an argument, or in a word of the fixed list, has no ending to look at.
func TestLevelsOfSpeech(t *testing.T) {
	t.Parallel()
	polite := regexp.MustCompile(`(ます|です|ません|ました|でしたか|でした|ください|ましょうか|でしょうか|ますか|ですか|ございます|お願い申し上げます)$`)
	rows := []struct {
		locale       string
		register     culture.Register
		ends, endsIn *regexp.Regexp // must, must not
	}{
		{"ja", culture.Formal, polite, nil},
		{"ja", culture.Neutral, polite, nil},
		{"ja", culture.Informal, nil, regexp.MustCompile(`(ます|です|ません|ました|ください|ございます)$`)},
		{"ko", culture.Formal, regexp.MustCompile(`(니다|니까|십시오)$`), nil},
		{"ko", culture.Neutral, regexp.MustCompile(`요$`), nil},
		{"ko", culture.Informal, nil, regexp.MustCompile(`(요|니다|니까|십시오)$`)},
	}
	for _, row := range rows {
		sentences := 0
		for _, e := range phrase.Default().Entries(language.Make(row.locale)) {
			if e.Register != row.register {
				continue
			}
			for _, s := range regexp.MustCompile(`[。.?？!！]`).Split(e.Wordings[0], -1) {
				s = strings.TrimSpace(s)
				if i := strings.LastIndex(s, "}"); i >= 0 && (strings.HasSuffix(s, "}") || strings.ContainsAny(s[:i], ":：")) {
					s, _, _ = strings.Cut(s, ":")
					s, _, _ = strings.Cut(s, "：")
				}
				if s == "" || strings.HasSuffix(s, "}") || label(s) {
					continue
				}
				sentences++
				if row.ends != nil {
					require.Regexp(t, row.ends, s, "%s", e.ID)
				} else {
					require.NotRegexp(t, row.endsIn, s, "%s", e.ID)
				}
			}
		}
		require.Greater(t, sentences, 24, "%s %s", row.locale, row.register)
	}
}

// label reports the name of a field, such as 접수 번호, and greetings that are no sentence.
func label(s string) bool {
	switch s {
	case "접수 번호", "담당 부서", "새로운 날짜", "새 등급", "예약 시간", "こんにちは":
		return true
	}
	return strings.HasSuffix(s, "へようこそ") // {$program}へようこそ！
}
