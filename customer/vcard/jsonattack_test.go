package vcard_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/vcard"
)

// What DecodeJSContact refuses, and what it takes as it is.
func TestHostileJSContact(t *testing.T) {
	t.Parallel()
	nested := func(n int) string {
		return `{"uid":"a","x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
	}
	for _, c := range []struct {
		name, text string
		want       error // nil: read and written as it is, but for @type and version
	}{
		{"a key twice", `{"uid":"a","uid":"b"}`, vcard.ErrSyntax},
		{"a key twice inside", `{"uid":"a","name":{"full":"x","full":"y"}}`, vcard.ErrSyntax},
		{"a key twice in what is kept", `{"uid":"a","x":{"y":1,"y":2}}`, vcard.ErrSyntax},
		{"as deep as allowed", nested(31), nil},
		{"too deep", nested(32), vcard.ErrLimit},
		{"very deep", `{"uid":"a","x":` + strings.Repeat("[", 200_000), vcard.ErrLimit},
		{"text behind it", `{"uid":"a"} x`, vcard.ErrSyntax},
		{"half a surrogate pair", `{"uid":"a","x":"\ud800"}`, vcard.ErrSyntax},
		{"not UTF-8", "{\"uid\":\"\xff\"}", vcard.ErrSyntax},
		{"no object", `["uid"]`, vcard.ErrSyntax},
		{"nothing", "", vcard.ErrSyntax},
		{"a number as it is written", `{"uid":"a","x":-0.10e+2}`, nil},
		{"no uid", `{"name":{"full":"a"}}`, vcard.ErrMissing},
		{"a uid that is no text", `{"uid":null}`, vcard.ErrValue},
		{"an ID that is empty", `{"uid":"a","phones":{"":{"number":"1"}}}`, vcard.ErrValue},
		{"a month alone", `{"uid":"a","anniversaries":{"1":{"kind":"birth","date":{"month":4}}}}`, vcard.ErrValue},
		{"29 February of a common year", `{"uid":"a","anniversaries":{"1":{"kind":"birth","date":{"year":2023,"month":2,"day":29}}}}`, vcard.ErrValue},
		{"a set with a false", `{"uid":"a","keywords":{"a":true,"b":false}}`, vcard.ErrValue},
		{"pref beyond 100", `{"uid":"a","emails":{"1":{"address":"a","pref":101}}}`, vcard.ErrValue},
		{"another version", `{"uid":"a","version":"9.9"}`, nil},
		{"vCardProps that are none", `{"uid":"a","vCardProps":[["x y",{},"text","v"]]}`, vcard.ErrValue},
		{"members that say nothing", `{"uid":"a","name":{"full":"x","isOrdered":false},"keywords":{},"phones":{"1":{"number":"","contexts":{}}},"speakToAs":{}}`, nil},
		{"unknown members anywhere", `{"uid":"a","name":{"full":"b","x:y":[null,1.50]},"x:z":{"":0}}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			card, err := vcard.DecodeJSContact([]byte("\uFEFF"+c.text), nil)
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
				require.True(t, card.Equal(&vcard.Card{}))
				return
			}
			require.NoError(t, err)
			text, err := vcard.EncodeJSContact(&card)
			require.NoError(t, err)
			require.JSONEq(t, strings.Replace(c.text, "{", `{"@type":"Card",`, 1), strings.Replace(string(text), `"version":"1.0",`, "", 1))
			lines, err := vcard.Encode([]vcard.Card{card}, nil)
			require.NoError(t, err)
			again, err := vcard.Decode(lines, nil)
			require.NoError(t, err)
			require.True(t, card.Equal(&again[0]))
		})
	}
}

// What does not fit is kept whole and not also taken in part.
func TestTolerantJSContact(t *testing.T) {
	t.Parallel()
	const text = `{"@type":"Card","version":"1.0","uid":"a","keywords":{"a":true,"b":false},"name":{"sortAs":{"given":"x","surname":1}},"phones":{"1":{"number":1,"pref":0}},"notes":[{"note":"x"}]}`
	card, err := vcard.DecodeJSContact([]byte(text), &vcard.DecodeOptions{Tolerant: true})
	require.ErrorIs(t, err, vcard.ErrValue)
	require.Empty(t, card.Keywords)
	require.Empty(t, card.Name.SortAs)
	require.Zero(t, card.Phones[0].Pref)
	require.NoError(t, card.Check())
	require.JSONEq(t, text, asJSON(&card))
	roundTrips(t, &card)
}
