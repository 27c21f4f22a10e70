package interaction

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		header map[string]string
		want   InboundClass
	}{
		{"nothing known", nil, ClassHuman},
		{"RFC 3834 section 5: no", map[string]string{"auto-submitted": "No"}, ClassHuman},
		{"no with a comment and parameters", map[string]string{"Auto-Submitted": "(not me) no; x=1"}, ClassHuman},
		{"auto-generated", map[string]string{"AUTO-SUBMITTED": "auto-generated"}, ClassAuto},
		{"RFC 5436 notification with parameters", map[string]string{"Auto-Submitted": `auto-notified; owner-email="me@example.org"`}, ClassAuto},
		{"empty keyword is not no", map[string]string{"Auto-Submitted": ""}, ClassAuto},
		{"autorespond", map[string]string{"X-Autorespond": "I am away"}, ClassAuto},
		{"autoreply that says no", map[string]string{"X-Autoreply": "no"}, ClassHuman},
		{"precedence auto_reply", map[string]string{"Precedence": "auto_reply"}, ClassAuto},
		{"Exchange out of office", map[string]string{"X-Auto-Response-Suppress": "DR, OOF, AutoReply"}, ClassAuto},
		{"suppress nothing", map[string]string{"X-Auto-Response-Suppress": "None"}, ClassHuman},
		{"read receipt", map[string]string{"Content-Type": "multipart/report; report-type=disposition-notification"}, ClassAuto},
		{"null return path", map[string]string{"Return-Path": "<>"}, ClassBounce},
		{"null return path with a blank", map[string]string{"return-path": " < > "}, ClassBounce},
		{"return path", map[string]string{"Return-Path": "<ada@example.org>"}, ClassHuman},
		{"delivery report", map[string]string{"Content-Type": `Multipart/Report; boundary="x"; Report-Type="delivery-status"`}, ClassBounce},
		{"a bounce is recognised first", map[string]string{"Return-Path": "<>", "Auto-Submitted": "auto-replied", "Precedence": "bulk"}, ClassBounce},
		{"then auto", map[string]string{"Auto-Submitted": "auto-replied", "Precedence": "bulk", "List-Id": "<x>"}, ClassAuto},
		{"failed recipients", map[string]string{"X-Failed-Recipients": "x@example.org"}, ClassBounce},
		{"junk", map[string]string{"Precedence": "junk"}, ClassBulk},
		{"first class is no class", map[string]string{"Precedence": "first-class"}, ClassHuman},
		{"list unsubscribe", map[string]string{"List-Unsubscribe": "<mailto:x@example.org>"}, ClassBulk},
		{"plain mail", map[string]string{"Content-Type": "text/plain; charset=utf-8", "Subject": "auto-replied"}, ClassHuman},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, why := Classify(HeaderOf(row.header))
			require.Equal(t, row.want, got, why.String())
			require.Len(t, why, 1)
		})
	}
}

func TestParseHeader(t *testing.T) {
	t.Parallel()
	h, err := ParseHeader("Subject: a\r\n b\r\n\tc\r\nno field\r\n lost\r\nReferences : <1@x>\r\n <2@x>\r\n\r\nBody: not a field\r\n")
	require.ErrorContains(t, err, "line 4")
	require.ErrorContains(t, err, "line 5")
	require.Equal(t, Header{{"Subject", "a b c"}, {"References", "<1@x> <2@x>"}}, h)
	in := InboundOf(h)
	require.Equal(t, []string{"1@x", "2@x"}, in.References)

	_, err = ParseHeader(strings.Repeat("x", maxHeader+1))
	require.ErrorIs(t, err, ErrInvalid)
	many, err := ParseHeader(strings.Repeat("A: b\n", maxFields+5))
	require.ErrorIs(t, err, ErrInvalid)
	require.Len(t, many, maxFields)
	h, err = ParseHeader("")
	require.NoError(t, err)
	require.Empty(t, h)
}

// However a block is folded, and whatever is in it, reading takes its length.
func TestParseHeaderOfHostileSize(t *testing.T) {
	t.Parallel()
	folded, err := ParseHeader("A: b\n" + strings.Repeat(" c\n", maxHeader/3-2))
	require.NoError(t, err)
	require.Len(t, folded, 1)
	require.Equal(t, "b"+strings.Repeat(" c", maxHeader/3-2), folded[0].Value)

	none, err := ParseHeader(strings.Repeat("x\n", maxHeader/2))
	require.Empty(t, none)
	require.ErrorContains(t, err, "2000 lines are no fields")
	require.Less(t, len(err.Error()), 200_000)

	blank, err := ParseHeader("A:\n \n\t b \n \n c\n")
	require.NoError(t, err)
	require.Equal(t, Header{{"A", "b c"}}, blank)
}

func FuzzHeader(f *testing.F) {
	for _, seed := range []string{
		"", "Auto-Submitted: auto-replied (\\))\n", "References: <a@b> <c@d>\n <e@f>\nIn-Reply-To: <<x>\n",
		"Return-Path:<>\nSubject: [#T1] [#] [#a b]\nTo: \"x\" <help+T2@example.org>\n", "(", "A:(((((\n \n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, block string) {
		h, err := ParseHeader(block)
		var again strings.Builder
		for _, field := range h {
			require.True(t, isFieldName(field.Name))
			require.NotContains(t, field.Value, "\n")
			again.WriteString(field.Name + ": " + field.Value + "\n")
		}
		if err == nil { // what was read can be read again
			h2, err := ParseHeader(again.String())
			require.NoError(t, err)
			require.Equal(t, h, h2)
		}
		class, why := Classify(h)
		require.True(t, enumValid(classNames, class))
		require.NotEmpty(t, why)
		in := InboundOf(h)
		for _, id := range append(in.answered(), in.tokens()...) {
			require.NotEmpty(t, id)
			require.LessOrEqual(t, len(id), 998)
		}
		require.LessOrEqual(t, len(in.References), maxRefs)
		require.Equal(t, StartsThread, FindThread(in, index{}, nil).Basis)
	})
}
