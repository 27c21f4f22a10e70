package phrase_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/culture/phrase"
)

func TestParseTemplate(t *testing.T) {
	t.Parallel()
	tpl, err := phrase.ParseTemplate(`{$b} {$a} {$b} \{x\} \\ {@p} l'{$a}`)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, tpl.Args())
	require.Equal(t, []string{"p"}, tpl.Terms())
	require.Equal(t, `{$b} {$a} {$b} \{x\} \\ {@p} l'{$a}`, tpl.String())
	for _, bad := range []struct{ text, want string }{
		{"a {$b", "byte 2: an opening brace without a closing one"},
		{"a } b", "byte 2: a closing brace without an opening one"},
		{"{}", "byte 0: want {$name}"},
		{"{$}", "want {$name}"},
		{"{name}", "want {$name}"},
		{"{$Name}", "want {$name}"},
		{"{$1a}", "want {$name}"},
		{"{$a b}", "want {$name}"},
		{"{{$a}}", "want {$name}"},
		{"{$" + strings.Repeat("a", 33) + "}", "want {$name}"},
		{`a \n`, "a backslash stands only before"},
		{`a \`, "a backslash stands only before"},
		{"a\x00b", "the character U+0000"},
		{"a\u202eb", "the character U+202E"},
		{"\xff", "not valid UTF-8"},
		{strings.Repeat("a", 2001), "2001 bytes, at most 2000"},
		{strings.Repeat("{$a}", 65), "65 parts, at most 64"},
	} {
		_, err := phrase.ParseTemplate(bad.text)
		require.ErrorIs(t, err, phrase.ErrTemplate, bad.text)
		require.ErrorContains(t, err, bad.want, bad.text)
	}
	_, err = phrase.ParseTemplate("} } {x}")
	require.Len(t, strings.Split(err.Error(), "\n"), 3, "every fault at once")
}

func TestRender(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, text, want string
		args             map[string]string
		o                *phrase.RenderOptions
	}{
		{"plain", "So.", "So.", nil, nil},
		{"escapes", `\{$a\} \\`, `{$a} \`, nil, nil},
		{"twice", "{$a}, {$a}", "x, x", map[string]string{"a": "x"}, nil},
		{"a value injects nothing", "{$a} {$b}", "{$b} {@p} y", map[string]string{"a": "{$b} {@p}", "b": "y"}, nil},
		{"an apostrophe is no escape", "l'{$a}", "l'x", map[string]string{"a": "x"}, nil},
		{"one full stop", "By {$a}.", "By Corp.", map[string]string{"a": "Corp."}, &phrase.RenderOptions{Kinds: map[string]phrase.Kind{"a": phrase.Name}}},
		{"a full stop before a comma stays", "By {$a}, so", "By Corp., so", map[string]string{"a": "Corp."}, &phrase.RenderOptions{Kinds: map[string]phrase.Kind{"a": phrase.Name}}},
		{"right to left", "ب {$a}", "ب \u2068x\u2069", map[string]string{"a": "x"}, &phrase.RenderOptions{RightToLeft: true}},
		{"right to left in left to right", "b {$a}", "b \u2068ב\u2069", map[string]string{"a": "ב"}, nil},
		{"spoken", "ب {$a}", "ب x", map[string]string{"a": "x"}, &phrase.RenderOptions{RightToLeft: true, Spoken: true}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			tpl, err := phrase.ParseTemplate(row.text)
			require.NoError(t, err)
			got, err := tpl.Render(row.args, row.o)
			require.NoError(t, err)
			require.Equal(t, row.want, got)
		})
	}
	tpl, err := phrase.ParseTemplate("{$a} {@p}")
	require.NoError(t, err)
	_, err = tpl.Render(map[string]string{"a": "x"}, nil)
	require.ErrorIs(t, err, phrase.ErrTemplate, "only a book knows a locale's words")
	tpl, err = phrase.ParseTemplate("{$a}")
	require.NoError(t, err)
	many := map[string]string{}
	for i := range 33 {
		many[strings.Repeat("a", i+1)] = "x"
	}
	_, err = tpl.Render(many, nil)
	require.ErrorIs(t, err, phrase.ErrArg)
	_, err = tpl.Render(map[string]string{"a": "x"}, &phrase.RenderOptions{Kinds: map[string]phrase.Kind{"a": 99}})
	require.ErrorIs(t, err, phrase.ErrArg)
}

// Each kind takes what it says and refuses the rest.
func TestKinds(t *testing.T) {
	t.Parallel()
	rows := []struct {
		kind      phrase.Kind
		good, bad []string
	}{
		{phrase.Name, []string{"Aurora", "李", "Corp.", "O'Neil", "می\u200cخواهم", "क्\u200dष"}, []string{"", " ", "\u3164", "🙂", "a\nb", "a\tb", " a", "a ", "a  b", "a\u202eb", "a\u2068b", "a\u00adb", "a\x00", "\xff", "a\xff", "a\ue000", strings.Repeat("a", 201)}},
		{phrase.Reference, []string{"A-1042", "第5号"}, []string{"A 1", strings.Repeat("a", 101)}},
		{phrase.Number, []string{"1 234,56", "-3", "٣"}, []string{"three", "3a", "-", strings.Repeat("1", 51)}},
		{phrase.Amount, []string{"49,90 €", "USD 5", "\u200f١٢ ج.م.\u200f"}, []string{"much"}},
		{phrase.Date, []string{"12. März", "2026-12-01", "12\u200f/3\u200f/2026", "三月五日"}, []string{"", strings.Repeat("1", 101)}},
		{phrase.Clause, []string{"the part is missing", "a, b"}, []string{"It is missing.", "Missing?", "無い。", "«Да!»", strings.Repeat("a", 1001)}},
		{phrase.Sentence, []string{"It is missing.", "Missing?", "無い。", "«Да!»", "है।", "ของหมดแล้ว", "(So.)"}, []string{"it is missing", strings.Repeat("a", 2000) + "."}},
	}
	for _, row := range rows {
		tpl, err := phrase.ParseTemplate("{$a}")
		require.NoError(t, err)
		o := &phrase.RenderOptions{Kinds: map[string]phrase.Kind{"a": row.kind}}
		for _, value := range row.good {
			_, err := tpl.Render(map[string]string{"a": value}, o)
			require.NoError(t, err, "%s %q", row.kind, value)
		}
		for _, value := range row.bad {
			_, err := tpl.Render(map[string]string{"a": value}, o)
			require.ErrorIs(t, err, phrase.ErrArg, "%s %q", row.kind, value)
			if len(value) > 3 {
				require.NotContains(t, err.Error(), value, "no error holds a value")
			}
		}
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add("Dear {$a}, {$b}.", "x", "y")
	f.Add(`\{{$a}\}`, "{$b}", "")
	f.Add("{@p}{", "}", "\u2068")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		tpl, err := phrase.ParseTemplate(text)
		if err != nil {
			require.ErrorIs(t, err, phrase.ErrTemplate)
			return
		}
		again, err := phrase.ParseTemplate(tpl.String())
		require.NoError(t, err)
		require.Equal(t, tpl, again)
		args := map[string]string{}
		for i, name := range tpl.Args() {
			args[name] = [2]string{a, b}[i%2]
		}
		out, err := tpl.Render(args, nil)
		if err != nil {
			require.True(t, len(tpl.Terms()) > 0 || len(args) > 0)
			return
		}
		longest := len(text) + (len(a)+len(b)+12)*64
		require.LessOrEqual(t, len(out), longest)
		for _, value := range args {
			require.Contains(t, out, value)
		}
	})
}
